"""What the benchmarks of indicators share: the mean of PM2.5 over days or months, as a declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jcoc.indicators.declaration import Indicator


def pm25_mean(period: str, **fields: Any) -> Indicator:
    """period: day, month, …, which is its code, too. Within `installation()`."""
    from jcoc.indicators import declaration as d
    from jcoc.indicators.periods import PeriodType
    from jcoc.indicators.words import Words

    return d.Indicator(
        code=period,
        name=Words(f"Bangku {period}", f"Bench {period}"),
        method=Words("Rata-rata", "Mean"),
        unit="ug/m3",
        direction=d.Direction.LOWER,
        period=PeriodType(period),
        dimension="environment",
        sub_dimension="protection",
        owner="Bangku",
        source=d.OfStreams(function=d.Function.MEAN, observed_property="PM2.5"),
        **fields,
    )
