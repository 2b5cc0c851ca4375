"""The units that an indicator may be told in. Pure.

The codes are those of UCUM 2.2 (Unified Code for Units of Measure, https://ucum.org) where it has one; counted things
stand in curly brackets, as UCUM writes annotations. Rupiah have the code of ISO 4217.
"""

from __future__ import annotations

from dataclasses import dataclass

from jcoc.indicators.words import Words


@dataclass(frozen=True)
class Unit:
    code: str  # UCUM
    symbol: Words  # what stands behind a number
    name: Words
    adds: bool = True  # whether the amounts of a city's places come to the city's: tonnes do, degrees do not


def _unit(code: str, symbol: str | tuple[str, str], name_id: str, name_en: str, *, adds: bool = True) -> Unit:
    pair = (symbol, symbol) if isinstance(symbol, str) else symbol
    return Unit(code, Words(*pair), Words(name_id, name_en), adds)


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        _unit("1", "", "tanpa satuan", "no unit"),
        # Counted
        _unit("{person}", ("orang", "people"), "orang", "people"),
        _unit("{person}.d", ("HOK", "person-days"), "hari orang kerja", "person-days"),
        _unit("{household}", ("rumah", "households"), "rumah tangga", "households"),
        _unit("{report}", ("laporan", "reports"), "laporan", "reports"),
        _unit("{pupil}", ("murid", "pupils"), "murid", "pupils"),
        _unit("{point}", ("titik", "points"), "titik", "points"),
        _unit("{event}", ("kejadian", "events"), "kejadian", "events"),
        _unit("{visit}", ("kunjungan", "visits"), "kunjungan", "visits"),
        _unit("{call}", ("panggilan", "calls"), "panggilan", "calls"),
        _unit("{vehicle}", ("kendaraan", "vehicles"), "kendaraan", "vehicles"),
        _unit("{item}", ("buah", "items"), "buah", "items"),
        _unit("IDR", "Rp", "rupiah", "rupiah"),
        # Shares, marks, and how often
        _unit("%", "%", "persen", "per cent", adds=False),
        _unit("%{vol}", ("% vol", "vol %"), "persen volume", "per cent by volume", adds=False),
        _unit(
            "/100000",
            ("per 100.000", "per 100,000"),
            "per 100.000 penduduk",
            "per 100,000 residents",
            adds=False,
        ),
        _unit("{index}", ("indeks", "index"), "indeks", "index", adds=False),
        _unit("{rank}", ("peringkat", "rank"), "peringkat", "rank", adds=False),
        _unit("1/min", ("per menit", "a minute"), "kali per menit", "times a minute"),
        _unit("1/h", ("per jam", "an hour"), "kali per jam", "times an hour"),
        _unit("1/d", ("per hari", "a day"), "kali per hari", "times a day"),
        # Time
        _unit("s", ("dtk", "s"), "detik", "seconds"),
        _unit("min", ("menit", "min"), "menit", "minutes"),
        _unit("h", ("jam", "h"), "jam", "hours"),
        _unit("d", ("hari", "days"), "hari", "days"),
        _unit("wk", ("minggu", "weeks"), "minggu", "weeks"),
        _unit("mo", ("bulan", "months"), "bulan", "months"),
        _unit("a", ("tahun", "years"), "tahun", "years"),
        # Length, area, volume and flow
        _unit("mm", "mm", "milimeter", "millimetres"),
        _unit("cm", "cm", "sentimeter", "centimetres"),
        _unit("m", "m", "meter", "metres"),
        _unit("km", "km", "kilometer", "kilometres"),
        _unit("m2", "m²", "meter persegi", "square metres"),
        _unit("har", "ha", "hektare", "hectares"),
        _unit("km2", "km²", "kilometer persegi", "square kilometres"),
        _unit("L", "L", "liter", "litres"),
        _unit("m3", "m³", "meter kubik", "cubic metres"),
        _unit("L/s", ("L/dtk", "L/s"), "liter per detik", "litres a second"),
        _unit("m3/h", ("m³/jam", "m³/h"), "meter kubik per jam", "cubic metres an hour"),
        _unit("m3/d", ("m³/hari", "m³/day"), "meter kubik per hari", "cubic metres a day"),
        _unit("m3/s", ("m³/dtk", "m³/s"), "meter kubik per detik", "cubic metres a second"),
        _unit("m/s", ("m/dtk", "m/s"), "meter per detik", "metres a second", adds=False),
        _unit("km/h", ("km/jam", "km/h"), "kilometer per jam", "kilometres an hour", adds=False),
        # Mass
        _unit("kg", "kg", "kilogram", "kilograms"),
        _unit("t", "t", "ton", "tonnes"),
        _unit("t/d", ("t/hari", "t/day"), "ton per hari", "tonnes a day"),
        _unit("t/a", ("t/tahun", "t/year"), "ton per tahun", "tonnes a year"),
        _unit("t{CO2eq}", "t CO₂e", "ton setara karbon dioksida", "tonnes of carbon dioxide equivalent"),
        # Energy and power
        _unit("kW", "kW", "kilowatt", "kilowatts"),
        _unit("MW", "MW", "megawatt", "megawatts"),
        _unit("kW.h", "kWh", "kilowatt-jam", "kilowatt hours"),
        _unit("MW.h", "MWh", "megawatt-jam", "megawatt hours"),
        # Air, water and surroundings
        _unit("ug/m3", "µg/m³", "mikrogram per meter kubik", "micrograms per cubic metre", adds=False),
        _unit("mg/m3", "mg/m³", "miligram per meter kubik", "milligrams per cubic metre", adds=False),
        _unit("mg/L", "mg/L", "miligram per liter", "milligrams per litre", adds=False),
        _unit("[ppm]", "ppm", "bagian per juta", "parts per million", adds=False),
        _unit("[ppb]", "ppb", "bagian per miliar", "parts per billion", adds=False),
        _unit("[NTU]", "NTU", "satuan kekeruhan nefelometrik", "nephelometric turbidity units", adds=False),
        _unit("[pH]", "pH", "pH", "pH", adds=False),
        _unit("uS/cm", "µS/cm", "mikrosiemens per sentimeter", "microsiemens per centimetre", adds=False),
        _unit("Cel", "°C", "derajat Celsius", "degrees Celsius", adds=False),
        _unit("mbar", "mbar", "milibar", "millibars", adds=False),
        _unit("dB", "dB", "desibel", "decibels", adds=False),
    )
}
