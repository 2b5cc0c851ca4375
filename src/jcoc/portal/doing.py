"""How the city does: one public indicator of each dimension, its newest city-wide value, and which way it went."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jcoc.indicators import lookup
from jcoc.indicators.declaration import Direction
from jcoc.indicators.dimensions import CODES
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.standing import Move, Standing, moved
from jcoc.indicators.wording import STANDINGS

MOVES: dict[Move, str | Promise] = {
    Move.BETTER: _("better than before"),
    Move.WORSE: _("worse than before"),
    Move.SAME: _("the same as before"),
    Move.CHANGED: "",
}


@dataclass(frozen=True)
class Doing:
    indicator: Indicator
    newest: Value
    standing: str | Promise  # empty where there is no target
    move: str | Promise  # empty where there is no value before, or no way is better

    @property
    def period(self) -> Period:
        return self.indicator.period_of(self.newest.start)


def doing() -> list[Doing]:
    """In the order of the dimensions; of each the first by code that has a target, or else a value."""
    public = list(Indicator.objects.visible(None).in_use())
    values = lookup.newest_of_city([each.pk for each in public], 2)
    paths = lookup.paths([each.pk for each in public])
    found: dict[str, Doing] = {}
    for each in sorted(public, key=lambda each: (each.pk not in paths, each.code)):
        kept = [value for value in values.get(each.pk, ()) if value.value is not None]
        if kept and each.dimension not in found:
            standing = lookup.standing_of(each, kept[-1], paths.get(each.pk, ()))
            stands = "" if standing is Standing.NONE else STANDINGS[standing]
            found[each.dimension] = Doing(each, kept[-1], stands, _move(each, kept))
    return [found[code] for code in CODES if code in found]


def _move(indicator: Indicator, kept: list[Value]) -> str | Promise:
    if len(kept) < 2:
        return ""
    before, after = kept[0].value, kept[-1].value
    assert before is not None and after is not None
    return MOVES[moved(before, after, Direction(indicator.direction))]
