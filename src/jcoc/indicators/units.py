"""The units that an indicator may be told in. Pure.

The codes are those of UCUM (Unified Code for Units of Measure) where it has one; counted things stand in curly
brackets, as UCUM writes annotations.
"""

from __future__ import annotations

from dataclasses import dataclass

from jcoc.indicators.words import Words


@dataclass(frozen=True)
class Unit:
    code: str  # UCUM
    symbol: Words  # what stands behind a number
    name: Words


def _unit(code: str, symbol: str | tuple[str, str], name_id: str, name_en: str) -> Unit:
    pair = (symbol, symbol) if isinstance(symbol, str) else symbol
    return Unit(code, Words(*pair), Words(name_id, name_en))


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        _unit("1", "", "tanpa satuan", "no unit"),
        _unit("%", "%", "persen", "per cent"),
        _unit("{index}", ("indeks", "index"), "indeks", "index"),
        _unit("{rank}", ("peringkat", "rank"), "peringkat", "rank"),
        _unit("{person}", ("orang", "people"), "orang", "people"),
        _unit("{household}", ("rumah", "households"), "rumah tangga", "households"),
        _unit("{report}", ("laporan", "reports"), "laporan", "reports"),
        _unit("{pupil}", ("murid", "pupils"), "murid", "pupils"),
        _unit("{point}", ("titik", "points"), "titik", "points"),
        _unit("{event}", ("kejadian", "events"), "kejadian", "events"),
        _unit("{item}", ("buah", "items"), "buah", "items"),
        _unit("IDR", "Rp", "rupiah", "rupiah"),
        _unit("/100000", ("per 100.000", "per 100,000"), "per 100.000 penduduk", "per 100,000 residents"),
        _unit("ug/m3", "µg/m³", "mikrogram per meter kubik", "micrograms per cubic metre"),
        _unit("mg/m3", "mg/m³", "miligram per meter kubik", "milligrams per cubic metre"),
        _unit("[ppm]", "ppm", "bagian per juta", "parts per million"),
        _unit("Cel", "°C", "derajat Celsius", "degrees Celsius"),
        _unit("mm", "mm", "milimeter", "millimetres"),
        _unit("m", "m", "meter", "metres"),
        _unit("km2", "km²", "kilometer persegi", "square kilometres"),
        _unit("m3", "m³", "meter kubik", "cubic metres"),
        _unit("m3/h", ("m³/jam", "m³/h"), "meter kubik per jam", "cubic metres an hour"),
        _unit("L/s", ("L/dtk", "L/s"), "liter per detik", "litres a second"),
        _unit("t", "t", "ton", "tonnes"),
        _unit("t/d", ("t/hari", "t/day"), "ton per hari", "tonnes a day"),
        _unit("kW.h", "kWh", "kilowatt-jam", "kilowatt hours"),
        _unit("dB", "dB", "desibel", "decibels"),
        _unit("min", ("menit", "min"), "menit", "minutes"),
        _unit("h", ("jam", "h"), "jam", "hours"),
        _unit("d", ("hari", "days"), "hari", "days"),
    )
}
