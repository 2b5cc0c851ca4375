"""The rows behind a value of a month, 300,000 readings of ten datastreams: a page of them, and all as a file.

python bench/indicator_rows.py --json out.json
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np

from _audit import installation
from _indicators import pm25_mean
from _store import arguments, median_ms, numbers, report, row

FIRST, LAST = date(2024, 1, 1), date(2024, 1, 31)
STREAMS = 10
#: The midnight that begins the month in the city.
BEGIN_US = 1_704_042_000_000_000
ADDRESS = "/indicators/month/rows/15.71/2024-01/"


def main() -> None:
    given = arguments(__doc__ or "", readings=(300_000, "readings of the month"))
    with installation(given.folder) as folder:
        from django.conf import settings
        from django.test import Client

        from jcoc.city.facts import KOTA_JAMBI, read_city
        from jcoc.city.services import load_city
        from jcoc.indicators.models import Indicator, Value
        from jcoc.indicators.services.computing import recompute
        from jcoc.indicators.services.declaring import declare
        from jcoc.telemetry import runtime
        from jcoc.telemetry.models import Datastream
        from jcoc.telemetry.services import NewDatastream, register_thing
        from jcoc.telemetry.stores.duckdb import DuckDBStore

        settings.ALLOWED_HOSTS = ["testserver"]
        settings.RATE_LIMITS = False
        load_city(read_city(KOTA_JAMBI))
        for n in range(STREAMS):
            stream = NewDatastream(f"b-{n}", "PM2.5", "PM2.5", unit_symbol="µg/m³", audience="public")
            register_thing(f"b-{n}", "PM2.5", [stream], point=(103.6 + n / 500, -1.6))
        declare("bench", [pm25_mean("month")], today=FIRST)
        store = DuckDBStore(folder / "observations.duckdb")
        try:
            each = given.readings // STREAMS
            instants = BEGIN_US + np.arange(each) * (31 * 86_400_000_000 // each)
            for pk in Datastream.objects.values_list("pk", flat=True):
                values = np.random.default_rng(pk).gamma(3.0, 9.0, each)
                store.append(numbers(np.full(each, pk), instants, values)).result()
            recompute(store, Indicator.objects.all(), FIRST, LAST, now=datetime(2029, 1, 1, tzinfo=UTC))
            assert Value.objects.get(place__code="15.71").row_count == each * STREAMS
            runtime.set_current(SimpleNamespace(store=store))  # type: ignore[arg-type]
            client = Client()

            def asked(address: str) -> Any:
                answer = client.get(address)
                assert answer.status_code == 200
                return answer

            found = re.search(r'href="(\?after=[^"#]+)', asked(ADDRESS).content.decode())
            assert found
            rows = []
            for what, address in (
                ("the first page, all compared with what is kept", ADDRESS),
                ("the next page", ADDRESS + found[1]),
                ("a page from the middle of the month", f"{ADDRESS}?from=2024-01-16"),
            ):
                median, high = median_ms(lambda _number, address=address: asked(address), 20)
                rows += [row(what, median, "ms, median", "–"), row(what, high, "ms, p95", "–")]
            begin = time.perf_counter()
            lines = sum(piece.count(b"\n") for piece in asked(f"{ADDRESS}rows.csv").streaming_content) - 1
            rows.append(row("all of them as CSV", round(time.perf_counter() - begin, 2), "s", "–"))
            assert lines == each * STREAMS
        finally:
            store.close()
    report(
        f"Indicators: the {given.readings:,} rows behind a value",
        rows,
        given.json,
        "One process, through all of Django's middleware; fifty rows a page.",
    )


if __name__ == "__main__":
    main()
