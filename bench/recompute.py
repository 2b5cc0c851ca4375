"""Values recomputed from their readings: 68 kelurahan by the day, one station each, hourly readings.

python bench/recompute.py --json out.json
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import numpy as np

from _audit import installation
from _indicators import pm25_mean
from _store import arguments, numbers, report, row

FIRST = date(2024, 1, 1)
HOUR_US = 3_600_000_000


def main() -> None:
    given = arguments(__doc__ or "", days=(148, "days at 1×; ten times as many at 10×"))
    with installation(given.folder) as folder:
        from jcoc.city.facts import KOTA_JAMBI, read_city
        from jcoc.city.models import Place
        from jcoc.city.services import load_city
        from jcoc.indicators.declaration import PlaceLevel
        from jcoc.indicators.models import Indicator, Value
        from jcoc.indicators.services.computing import Outcome, recompute, verify
        from jcoc.indicators.services.declaring import declare
        from jcoc.telemetry.models import Datastream
        from jcoc.telemetry.services import NewDatastream, NewThing, register_things
        from jcoc.telemetry.stores.duckdb import DuckDBStore

        load_city(read_city(KOTA_JAMBI))
        places = Place.objects.filter(level="kelurahan")
        register_things(
            [
                NewThing(
                    f"b-{p.pk}",
                    p.name,
                    [NewDatastream(f"b-{p.pk}", p.name, "PM2.5", unit_symbol="µg/m³", audience="public")],
                    "",
                    (p.lon, p.lat),
                )
                for p in places
            ]
        )
        declare("bench", [pm25_mean("day", levels=(PlaceLevel.KELURAHAN,))], today=FIRST)
        streams = list(Datastream.objects.order_by("code").values_list("pk", flat=True))
        store = DuckDBStore(folder / "observations.duckdb")
        now = datetime(2029, 1, 1, tzinfo=UTC)
        rows = []

        def fill(first: date, days: int, minute: int) -> None:
            begin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1e6)
            begin += minute * 60_000_000 - 7 * HOUR_US
            for piece in range(0, days, 30):
                hours = np.arange(24 * piece, 24 * min(days, piece + 30))
                instants = np.tile(begin + hours * HOUR_US, len(streams))
                values = np.random.default_rng(piece).gamma(3.0, 9.0, len(instants))
                store.append(numbers(np.repeat(streams, len(hours)), instants, values)).result()

        def timed(what: str, days: int, expect: str, *, keeps: bool = True, to_reach: str = "–") -> None:
            last = FIRST + timedelta(days=days - 1)
            work = recompute if keeps else verify
            begin, used = time.perf_counter(), time.process_time()
            found: Outcome = work(store, Indicator.objects.all(), FIRST, last, now=now)
            spent, used = time.perf_counter() - begin, time.process_time() - used
            done = getattr(found, expect)
            assert done == days * len(streams), found
            rows.extend(
                [
                    row(f"{done:,} values, {what}", round(spent, 2), "s", to_reach),
                    row("of this, work of the processor", round(used, 2), "s"),
                ]
            )

        try:
            for times in (1, 10):
                days = given.days * times
                fill(FIRST, days, 0)
                already = Value.objects.count()
                if already:
                    _forget()
                reached = "< 5 s" if times == 1 else "–"
                timed("computed and kept for the first time", days, "new", to_reach=reached)
                timed("recomputed, nothing has changed", days, "unchanged", to_reach=reached)
                if times == 1:
                    fill(FIRST, days, 30)
                    timed("revised, each has late readings", days, "late", to_reach=reached)
                    timed("verified", days, "unchanged", keeps=False)
        finally:
            store.close()
    report(
        "Indicators: values recomputed from readings",
        rows,
        given.json,
        "24 readings a value at first, 48 with the late ones; each value with its query, row count and digest, each "
        "write with its entry in the audit trail, on SQLite with full synchronisation.",
    )


def _forget() -> None:
    """Begin anew at the next size: values are never removed in use, so the guard is put aside."""
    from jcoc.indicators.models import Value
    from jcoc.trail.audit.guard import unguarded

    with unguarded():
        Value.objects.all().delete()


if __name__ == "__main__":
    main()
