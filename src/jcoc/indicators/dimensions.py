"""The six dimensions of the national smart-city evaluation and their eighteen sub-dimensions, in their order.

Source: Ministry of Communication and Informatics, Gerakan Menuju Smart City, master plan guide.
"""

from dataclasses import dataclass


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
