"""An indicator's page: monthly values of the city, its 11 kecamatan and 68 kelurahan, with a target path.

Asked in one process through all of Django's middleware, as everybody's browser asks; the measuring of the first
request, which draws the map once, is left out. Beside the time on the wall stands the processor's: what the page
costs where other work does not hold it up.

python bench/indicator_page.py --json out.json
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import numpy as np

from _audit import installation
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
        from jcoc.indicators import declaration as d
        from jcoc.indicators.models import Cause, Indicator, Origin, Value
        from jcoc.indicators.periods import PeriodType, between
        from jcoc.indicators.services.declaring import declare
        from jcoc.indicators.words import Words
        from jcoc.trail.audit.guard import unguarded

        load_city(read_city(KOTA_JAMBI))
        declare(
            "bench",
            [
                d.Indicator(
                    code="bench",
                    name=Words("Bangku", "Bench"),
                    method=Words("Rata-rata", "Mean"),
                    unit="ug/m3",
                    direction=d.Direction.LOWER,
                    period=PeriodType.MONTH,
                    dimension="environment",
                    sub_dimension="protection",
                    owner="Bangku",
                    source=d.OfStreams(function=d.Function.MEAN, observed_property="PM2.5"),
                    targets=(d.Target("2015-12", 30.0), d.Target("2029-12", 15.0)),
                    target_source="Bangku",
                )
            ],
            today=date(LAST, 1, 1),
        )
        indicator = Indicator.objects.get(code="bench")
        made = datetime(2025, 1, 8, tzinfo=UTC)

        def fill(first_year: int, revisions: int) -> int:
            """Values are never removed in use, and kept with an entry each: the guard is put aside for both."""
            numbers = np.random.default_rng(first_year)
            values = [
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
                for period in between(PeriodType.MONTH, date(first_year, 1, 1), date(LAST, 12, 1))
                for place in Place.objects.valid_on(period.end).filter(level__in=indicator.levels)
                for number in range(1, revisions + 1)
            ]
            with unguarded():
                Value.objects.all().delete()
                Value.objects.bulk_create(values, batch_size=500)
            return len(values)

        def ask() -> int:
            answer = Client(headers={"Host": "localhost"}).get("/indicators/bench/")
            assert answer.status_code == 200, answer.status_code
            return len(answer.content)

        rows = []
        for what, first_year, revisions in (
            ("1 year", LAST, 1),
            ("10 years", LAST - 9, 1),
            ("10 years, 3 revisions each", LAST - 9, 3),
        ):
            count = fill(first_year, revisions)
            size = ask()
            with CaptureQueriesContext(connection) as seen:
                ask()
            statements = len(seen)  # before the next request, which clears them
            walls, used = [], []
            for _ in range(given.times):
                wall, processor = time.perf_counter(), time.process_time()
                ask()
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
        "Monthly, in the city, 11 kecamatan and 68 kelurahan; chart, map and table of 79 places; nobody logged in.",
    )


if __name__ == "__main__":
    main()
