"""Bringing the simulated stations into the city and into telemetry, through their services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.db import transaction

from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.models import Place, Site, SiteKind
from jcoc.city.services import load_city, set_site
from jcoc.demo.catalogue import NOTE, Station, Stream
from jcoc.demo.river import draw_batanghari
from jcoc.demo.simulation import gap_after
from jcoc.telemetry import services as telemetry
from jcoc.telemetry.models import Audience, Datastream, Origin

Progress = Callable[[float], None]
THINGS_A_TRANSACTION = 250


def load_demonstration_city() -> None:
    """Kota Jambi from the project's own tables of facts, unless it stands already."""
    facts = read_city(KOTA_JAMBI)
    if Place.objects.filter(code__in=[place.code for place in facts.places]).count() < len(facts.places):
        load_city(facts)
    draw_batanghari()


def register(stations: Sequence[Station], progress: Progress, stretch: float = 1.0) -> int:
    """Register what is not there yet; how many streams that were. stretch: see Simulation."""
    existing = set(Datastream.objects.filter(origin=Origin.SIMULATED).values_list("code", flat=True))
    missing = [s for s in stations if any(stream.code not in existing for stream in s.streams)]
    for first in range(0, len(missing), THINGS_A_TRANSACTION):
        some = missing[first : first + THINGS_A_TRANSACTION]
        telemetry.register_things([_thing(station, stretch) for station in some])
        progress(min(1.0, (first + THINGS_A_TRANSACTION) / len(missing)))
    _flood_points(stations)
    return sum(stream.code not in existing for station in missing for stream in station.streams)


def _thing(station: Station, stretch: float) -> telemetry.NewThing:
    return telemetry.NewThing(
        station.code,
        station.name,
        [_datastream(stream, stretch) for stream in station.streams],
        description=NOTE,
        point=(station.lon, station.lat),
        place=station.place_name,
        properties={"place": station.place, "simulated": True},
    )


def _datastream(stream: Stream, stretch: float) -> telemetry.NewDatastream:
    kind = stream.kind
    return telemetry.NewDatastream(
        code=stream.code,
        name=stream.name,
        description=NOTE,
        observed_property=kind.observed_property,
        unit_name=kind.unit_name,
        unit_symbol=kind.unit_symbol,
        sensor=f"Sensor simulasi: {kind.observed_property}",
        dimension=kind.dimension,
        origin=Origin.SIMULATED,
        origin_note=NOTE,
        audience=Audience.PUBLIC if kind.public else Audience.OPERATORS,
        lowest=kind.lowest,
        highest=kind.highest,
        rate_per_minute=kind.rate_per_minute,
        flat_after=None if kind.flat_after is None else timedelta(seconds=kind.flat_after),
        gap_after=gap_after(kind, stretch),
    )


def _flood_points(stations: Iterable[Station]) -> None:
    points = [station for station in stations if station.type == "flood_point"]
    known = set(Site.objects.filter(kind=SiteKind.FLOOD_POINT).values_list("code", flat=True))
    places = {place.code: place for place in Place.objects.filter(code__in=[s.place for s in points])}
    with transaction.atomic():
        for station in points:
            if station.code not in known:
                set_site(
                    station.code,
                    name=station.name,
                    kind=SiteKind.FLOOD_POINT,
                    place=places[station.place],
                    lon=station.lon,
                    lat=station.lat,
                    source=NOTE,
                    approximate=True,
                    simulated=True,
                    note=NOTE,
                )
