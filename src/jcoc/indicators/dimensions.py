"""The six dimensions of the national smart-city evaluation and their eighteen sub-dimensions, in their order.

Source: Ministry of Communication and Informatics, Gerakan Menuju Smart City, master plan guide.
"""

from dataclasses import dataclass

from jcoc.indicators.words import Words


@dataclass(frozen=True)
class Dimension:
    code: str  # also the name of its colour and icon in web/
    name_id: str
    name_en: str
    sub_dimensions: tuple[str, str, str]


DIMENSIONS = (
    Dimension("governance", "Tata kelola", "Governance", ("public_service", "bureaucracy", "public_policy")),
    Dimension("branding", "Citra kota", "Branding", ("tourism", "business", "city_appearance")),
    Dimension("economy", "Ekonomi", "Economy", ("industry", "welfare", "transactions")),
    Dimension("living", "Kehidupan", "Living", ("spatial_harmony", "health", "mobility")),
    Dimension(
        "society", "Pendidikan", "Society", ("community_interaction", "learning_ecosystem", "security")
    ),
    Dimension("environment", "Lingkungan", "Environment", ("protection", "waste", "energy")),
)
CODES = tuple(dimension.code for dimension in DIMENSIONS)
#: The names of the sub-dimensions by their codes; no two dimensions share one.
SUB_DIMENSIONS = {
    "public_service": Words("Pelayanan publik", "Public service"),
    "bureaucracy": Words("Birokrasi", "Bureaucracy"),
    "public_policy": Words("Kebijakan publik", "Public policy"),
    "tourism": Words("Pariwisata", "Tourism"),
    "business": Words("Bisnis", "Business"),
    "city_appearance": Words("Wajah kota", "City appearance"),
    "industry": Words("Industri", "Industry"),
    "welfare": Words("Kesejahteraan", "Welfare"),
    "transactions": Words("Transaksi", "Transactions"),
    "spatial_harmony": Words("Harmonisasi tata ruang", "Spatial harmony"),
    "health": Words("Kesehatan", "Health"),
    "mobility": Words("Mobilitas", "Mobility"),
    "community_interaction": Words("Interaksi masyarakat", "Community interaction"),
    "learning_ecosystem": Words("Ekosistem belajar", "Learning ecosystem"),
    "security": Words("Keamanan", "Security"),
    "protection": Words("Perlindungan lingkungan", "Environmental protection"),
    "waste": Words("Persampahan", "Waste"),
    "energy": Words("Energi", "Energy"),
}
