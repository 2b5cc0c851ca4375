"""Whether each indicator of a programme recomputes to the number that was kept."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jcoc.contract.discovery import Found
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Flag, Indicator, Value
from jcoc.indicators.services.computing import recompute, verify
from jcoc.telemetry import runtime as runtimes

#: How far back the demonstration is computed.
BACK = timedelta(days=730)


def recomputes(found: Found) -> list[str]:
    """Values are computed, computed again and verified: each indicator has a value of some rows, none changes."""
    now = timezone.now()
    last = timezone.localdate(now)
    indicators = list(Indicator.objects.filter(declared_by=found.code))
    store = runtimes.current().store
    first, again = (recompute(store, indicators, last - BACK, last, now=now) for _time in range(2))
    verify(store, indicators, last - BACK, last, now=now)
    missing = [*first.problems]
    for declared in found.programme.indicators:
        values = Value.objects.filter(indicator__code=declared.code)
        computed = values.filter(value__isnull=False, row_count__gt=0)
        if not isinstance(declared.source, Entered) and not computed.exists():
            missing.append(f"indicators[{declared.code}]: no value")
        if Flag.objects.open().filter(value__in=values).exists() or values.filter(revision__gt=1).exists():
            missing.append(f"indicators[{declared.code}]: another number")
    if again.new:
        missing.append(f"{again.new} new values the second time")
    return missing
