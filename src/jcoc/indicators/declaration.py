"""What an indicator is: the declaration that a programme, or a TOML file of the city, makes of it. Pure.

Indicator(
    code="pakar-kasih-workers",
    name=Words("Pekerja Pakar Kasih", "Workers of Pakar Kasih"),
    method=Words("Jumlah orang yang …", "How many people …"),
    unit="{person}", direction=Direction.HIGHER, period=PeriodType.YEAR,
    dimension="environment", sub_dimension="protection",
    owner="Dinas PUPR",
    source=Tally("pakar-kasih-attendance"),
)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from jcoc.indicators.periods import PeriodType
from jcoc.indicators.words import Words

#: No figure of a city is as large, and beyond it pages and spreadsheets cannot tell one from the next.
LARGEST = 1e18


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"  # a figure of the surroundings: no target, no judgement


class PlaceLevel(StrEnum):
    """The levels of city/ by the codes of its Level."""

    KOTA = "kota"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"


class Function(StrEnum):
    """What is made of the readings of a period."""

    MEAN = "mean"  # each reading weighs the same
    MEAN_OF_HOURS = "mean-of-hours"  # each hour of each datastream does, however often it was read
    SUM = "sum"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    COUNT = "count"
    SHARE_ABOVE = "share-above"  # per cent of the readings above the threshold


@dataclass(frozen=True, kw_only=True)
class OfStreams:
    """An aggregation of readings: of the datastreams of an observed property that lie in the place, or of named ones.

    Readings that carry one of the quality flags range, or that are no number, never enter.
    """

    function: Function
    observed_property: str = ""
    datastreams: tuple[str, ...] = ()  # codes
    threshold: float | None = None  # in the datastreams' unit, for share-above
    factor: float = 1.0  # from the datastreams' unit to the indicator's


@dataclass(frozen=True)
class Tally:
    """How many rows a source has in a place and period; with a column, the sum of that column."""

    rows: str  # code of a RowSource
    column: str = ""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """numerator / denominator × factor; 100 for per cent. No denominator, no value."""

    numerator: Tally
    denominator: Tally
    factor: float = 1.0


@dataclass(frozen=True)
class Entered:
    """What an agency keeps and hands in, or what was published: jcoc has no rows behind it."""


Source = OfStreams | Tally | Ratio | Entered


@dataclass(frozen=True)
class Target:
    """The value to be reached by the end of a period."""

    period: str  # code, of the indicator's period type
    value: float


@dataclass(frozen=True, kw_only=True)
class Indicator:
    code: str  # lower-case letters, digits and hyphens; never given to another
    name: Words
    method: Words  # how it is worked out and what it leaves out
    unit: str  # a code of units.UNITS
    direction: Direction
    period: PeriodType
    dimension: str  # codes of dimensions.DIMENSIONS
    sub_dimension: str
    owner: str  # the agency that answers for it
    source: Source
    levels: tuple[PlaceLevel, ...] = (PlaceLevel.KOTA, PlaceLevel.KECAMATAN, PlaceLevel.KELURAHAN)
    targets: tuple[Target, ...] = ()  # the city's path, in the order of time
    target_source: str = ""  # the plan or decree that sets them
    settles_after: timedelta = timedelta(days=7)  # a value is provisional until then after its period's end
    decimals: int = 1
    uri: str = ""  # of the same indicator in a public list (ISO 37120, U4SSC, SDG …)
    public: bool = True
    licence: str = "CC-BY-4.0"
