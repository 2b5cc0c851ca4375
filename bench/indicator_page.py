"""An indicator's page: months and days of the city, its 11 kecamatan and 68 kelurahan, with a target path.

Asked in one process through all of Django's middleware, as everybody's browser asks; the measuring of the first
request, which draws the map once, is left out. Beside the time on the wall stands the processor's: what the page
costs where other work does not hold it up.

python bench/indicator_page.py --json out.json
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from itertools import islice

import numpy as np

from _audit import installation
from _indicators import pm25_mean
from _store import arguments, report, row

LAST = 2024


def main() -> None:
    given = arguments(__doc__ or "", times=(100, "requests of each size"))
    with installation(given.folder):
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from jcoc.city.facts import KOTA_JAMBI, read_city
        from jcoc.city.models import Place
        from jcoc.city.services import load_city
        from jcoc.indicators.declaration import Target
        from jcoc.indicators.models import Cause, Indicator, Origin, Value
        from jcoc.indicators.periods import PeriodType, between
        from jcoc.indicators.services.declaring import declare
        from jcoc.trail.audit.guard import unguarded

        load_city(read_city(KOTA_JAMBI))
        path = {
            kind: (Target(f"2015-12{day}", 30.0), Target(f"2029-12{day}", 15.0))
            for kind, day in (("month", ""), ("day", "-31"))
        }
        means = [pm25_mean(kind, targets=targets, target_source="Bangku") for kind, targets in path.items()]
        declare("bench", means, today=date(LAST, 1, 1))
        indicators = {each.code: each for each in Indicator.objects.all()}
        places = list(Place.objects.filter(level__in=("kota", "kecamatan", "kelurahan")))
        made = datetime(2025, 1, 8, tzinfo=UTC)

        def fill(kind: PeriodType, first_year: int, revisions: int) -> int:
            """Values are never removed in use, and kept with an entry each: the guard is put aside for both."""
            numbers, indicator = np.random.default_rng(first_year), indicators[kind.value]
            values = (
                Value(
                    indicator=indicator,
                    place=place,
                    start=period.start,
                    end=period.end,
                    revision=number,
                    current=number == revisions,
                    value=float(numbers.gamma(3.0, 9.0)),
                    origin=Origin.MEASURED,
                    cause=Cause.LATE if number > 1 else Cause.COMPUTED,
                    reason="Sepuluh baris datang terlambat." if number > 1 else "",
                    row_count=720,
                    made=made,
                    made_by="bench",
                )
                for period in between(kind, date(first_year, 1, 1), date(LAST, 12, 31))
                for place in places_on(period.end)
                for number in range(1, revisions + 1)
            )
            with unguarded():
                Value.objects.all().delete()
                while batch := list(islice(values, 5_000)):
                    Value.objects.bulk_create(batch)
            return Value.objects.count()

        def places_on(day: date) -> list[Place]:
            return [
                place
                for place in places
                if (place.valid_from or date.min) <= day <= (place.valid_to or date.max)
            ]

        def ask(kind: PeriodType) -> int:
            answer = Client(headers={"Host": "localhost"}).get(f"/indicators/{kind.value}/")
            assert answer.status_code == 200, answer.status_code
            return len(answer.content)

        rows = []
        for what, kind, first_year, revisions in (
            ("1 year", PeriodType.MONTH, LAST, 1),
            ("10 years", PeriodType.MONTH, LAST - 9, 1),
            ("10 years, 3 revisions each", PeriodType.MONTH, LAST - 9, 3),
            ("10 years of days", PeriodType.DAY, LAST - 9, 1),
        ):
            count = fill(kind, first_year, revisions)
            size = ask(kind)
            with CaptureQueriesContext(connection) as seen:
                ask(kind)
            statements = len(seen)  # before the next request, which clears them
            walls, used = [], []
            for _ in range(given.times):
                wall, processor = time.perf_counter(), time.process_time()
                ask(kind)
                walls.append((time.perf_counter() - wall) * 1000)
                used.append((time.process_time() - processor) * 1000)
            label = f"{what} ({count:,} values)"
            rows += [
                row(f"{label}: p50", round(float(np.percentile(walls, 50)), 1), "ms"),
                row(f"{label}: p95", round(float(np.percentile(walls, 95)), 1), "ms", "< 100 ms"),
                row(f"{label}: processor, p50", round(float(np.percentile(used, 50)), 1), "ms"),
                row(f"{label}: processor, p95", round(float(np.percentile(used, 95)), 1), "ms"),
                row(f"{label}: SQL statements", statements, ""),
                row(f"{label}: page", round(size / 1000), "kB"),
            ]
    report(
        "Indicators: the page of one",
        rows,
        given.json,
        "In the city, 11 kecamatan and 68 kelurahan; chart, map and table of 79 places; nobody logged in.",
    )


if __name__ == "__main__":
    main()
