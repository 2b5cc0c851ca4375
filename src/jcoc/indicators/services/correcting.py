"""A person's correction: a revision with a reason."""

from __future__ import annotations

import math

from django.db.models import Max, Min

from jcoc.indicators import doubting
from jcoc.indicators.doubting import Doubt
from jcoc.indicators.models import Cause, Origin, Value
from jcoc.indicators.origins import least_certain
from jcoc.indicators.said import in_own_words
from jcoc.indicators.services.keeping import Conflict, NewValue, Refused, keep
from jcoc.trail.marking import gettext_noop


def doubts(before: Value, value: float) -> list[Doubt]:
    """What makes the number look doubtful beside what stands, as an import is asked."""
    others = Value.objects.current().filter(indicator=before.indicator, value__isnull=False)
    there = others.filter(place=before.place_id).exclude(pk=before.pk).order_by("start")
    span = others.aggregate(least=Min("value"), most=Max("value"))
    return doubting.doubts(
        value,
        before.indicator.unit_code,
        standing=before.value,
        usual=[each for each in there.values_list("value", flat=True) if each is not None],
        largest=max(abs(span["least"] or 0.0), abs(span["most"] or 0.0)),
    )


def correct(
    value_pk: int,
    *,
    follows: int,
    value: float | None,
    reason: str,
    note: str = "",
    source_name: str = "",
    source_url: str = "",
) -> Value:
    """Let another number stand, with a reason; :class:`Refused`; :class:`Conflict` where `follows` is not the newest.

    The rows stay those of the revision before, so that a recomputation sees when they change. A correction is final,
    and its source is its own: who told the number before did not tell this one.
    """
    before = Value.objects.select_related("indicator", "place").get(pk=value_pk)
    if before.revision != follows or not before.current:
        raise Conflict("Somebody else made the next revision first.")
    if not reason.strip():
        raise Refused(gettext_noop("A correction needs a reason."), field="reason")
    if value is not None and not math.isfinite(value):
        raise Refused(gettext_noop("Give a number."), field="value")
    if value == before.value:
        raise Refused(gettext_noop("That number stands already."), field="value")
    told = in_own_words(reason)
    new = NewValue(
        indicator=before.indicator,
        place=before.place,
        period=before.period,
        value=value,
        origin=least_certain((before.origin, Origin.CORRECTED)),
        cause=Cause.CORRECTED,
        follows=follows,
        reason=told,
        note=in_own_words(note),
        query=before.query,
        row_count=before.row_count,
        coverage=before.coverage,
        rows_sha256=before.rows_sha256,
        source_name=source_name.strip(),
        source_url=source_url.strip(),
    )
    (kept,) = keep([new], action="indicators.value_correct", note=reason.strip(), answer=told)
    return kept
