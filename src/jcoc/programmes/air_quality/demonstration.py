"""Simulated stations, marked as such, for looking at the pages and for the checks of the grade."""

from __future__ import annotations

import math
from datetime import timedelta

import pyarrow as pa
from django.utils import timezone

from jcoc.city.models import Place
from jcoc.programmes.air_quality.programme import PM25
from jcoc.telemetry import runtime, services
from jcoc.telemetry.models import Audience, Datastream, Origin
from jcoc.telemetry.stores.contract import OBSERVATIONS

HOURS = 40 * 24
#: Of the last days of the year before, so that a whole year has a mean.
YEAR_END_HOURS = 48


def fill(scale: int) -> None:
    """That many stations in the city's places, each with hourly readings of forty days and of the last year's end."""
    places = list(Place.objects.filter(valid_to=None).order_by("-level", "code")[:scale])
    things = []
    for number in range(scale):
        place = places[number % len(places)]
        things.append(
            services.NewThing(
                f"sim-air-{number:04}",
                f"Stasiun simulasi {number + 1}",
                [
                    services.NewDatastream(
                        code=f"sim-air-{number:04}-pm25",
                        name=f"PM2.5 simulasi {number + 1}",
                        observed_property=PM25,
                        unit_name="mikrogram per meter kubik",
                        unit_symbol="µg/m³",
                        dimension="environment",
                        origin=Origin.SIMULATED,
                        origin_note="Angka buatan untuk pemeriksaan.",
                        audience=Audience.PUBLIC,
                        lowest=0,
                        highest=500,
                    )
                ],
                point=(place.lon, place.lat),
                place=place.name,
            )
        )
    services.register_things(things)
    runtime.current().directory.refresh()
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    year_end = timezone.localtime(now).replace(month=1, day=1, hour=0)
    recent = {now - timedelta(hours=hour) for hour in range(HOURS)}
    times = sorted(recent | {year_end - timedelta(hours=hour) for hour in range(1, YEAR_END_HOURS + 1)})
    count = len(times)
    for datastream in Datastream.objects.filter(code__startswith="sim-air-").order_by("code"):
        values = [
            30 + 25 * math.sin(hour / 24 + datastream.pk) + 10 * math.sin(hour / 3) for hour in range(count)
        ]
        columns: dict[str, pa.Array] = {
            "datastream": pa.array([datastream.pk] * count, pa.int64()),
            "phenomenon_time": pa.array(times, OBSERVATIONS.field("phenomenon_time").type),
            "result": pa.array([max(value, 0.0) for value in values]),
            "quality": pa.array([0] * count, pa.int32()),
        }
        arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in OBSERVATIONS]
        runtime.current().store.append(pa.RecordBatch.from_arrays(arrays, schema=OBSERVATIONS)).result()
