"""The demonstration's indicators: what agencies hand in is made up here, the rest computed in the background."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jcoc.city.models import Place
from jcoc.demo.models import noise
from jcoc.indicators import commands, published, registration
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import Period, following
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, existed, keep
from jcoc.indicators.services.publishing import publish
from jcoc.trail.tasks.api import enqueue

logger = logging.getLogger(__name__)

FILE = Path(__file__).parent / "data" / "indicators.toml"
REGISTER = "peragaan"
SOURCE = "Angka rekaan untuk peragaan"


@dataclass(frozen=True)
class MadeUp:
    """What an agency hands in, made up: so much, more with every period, with chance on top, of so many periods."""

    code: str
    size: float  # of the whole city
    growth: float  # a period
    chance: float  # share of the size
    periods: int


MADE_UP = (
    MadeUp("demo-permits-in-time", 74.0, 1.6, 0.04, 6),
    MadeUp("demo-respiratory-visits", 5_200.0, 0.0, 0.25, 12),
    MadeUp("demo-digital-traders", 420.0, 85.0, 0.05, 4),
)


def ensure_indicators(today: date) -> None:
    """Declare what is not declared, keep what was published and what is made up, and have the rest computed."""
    register = registration.read(FILE.read_bytes(), FILE.name)
    declare(register.name, register.indicators, today=today)
    _ensure_published(today)
    for made_up in MADE_UP:
        _ensure_handed_in(made_up, today)
    from jcoc.demo.background import compute

    # Once a day: what came in since the last start is in it, and a second start on the same day finds it done.
    enqueue(compute, key=f"demo.compute {today}")


def _ensure_published(today: date) -> None:
    """What was published of Kota Jambi is no simulation: it stands beside, marked as published."""
    declared = commands.DATA / "published-15.71.toml"
    register = registration.read(declared.read_bytes(), declared.name)
    declare(register.name, register.indicators, today=today)
    values = commands.DATA / "published-15.71.csv"
    for left in publish(published.read(values.read_bytes(), values.name), shipped=True)["left"]:
        logger.info("%s: %s", values.name, left)


def _ensure_handed_in(made_up: MadeUp, today: date) -> None:
    """The periods that ended before today and have no value; what stands, also a correction by hand, is left."""
    indicator = Indicator.objects.get(code=made_up.code)
    standing = set(Value.objects.current().filter(indicator=indicator).values_list("place_id", "start"))
    places = list(Place.objects.filter(level__in=indicator.levels).order_by("code"))
    now = indicator.period_of(today)
    new = []
    for step in range(made_up.periods):
        period = following(now, step - made_up.periods)
        alive = [place for place in places if existed(place, period)]
        for place, value in _values(made_up, indicator, alive, period, step).items():
            if (place.pk, period.start) not in standing:
                new.append(
                    NewValue(
                        indicator=indicator,
                        place=place,
                        period=period,
                        value=value,
                        origin=Origin.SIMULATED,
                        cause=Cause.IMPORTED,
                        source_name=SOURCE,
                    )
                )
    keep(new)


def _values(
    made_up: MadeUp, indicator: Indicator, alive: list[Place], period: Period, step: int
) -> dict[Place, float]:
    """The city's is the sum of its parts where it has any."""
    parts = [place for place in alive if place.level != "kota"] or alive
    size = (made_up.size + made_up.growth * step) / len(parts)
    values = {}
    for place in parts:
        chance = float(noise.uniform(noise.seed_of(made_up.code, place.code, period.code), 1)) * 2 - 1
        values[place] = round(size * (1 + made_up.chance * chance), indicator.decimals)
    return {place: values.get(place, sum(values.values())) for place in alive}
