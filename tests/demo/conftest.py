"""The demonstration registered in a test's database."""

import pytest

from jcoc.demo.catalogue import Stream, city_stations


@pytest.fixture
def registered(db: None) -> list[Stream]:
    """The demonstration's streams, registered."""
    from datetime import date

    from jcoc.demo.registration import load_demonstration_city, register

    load_demonstration_city()
    stations = city_stations(date(2026, 6, 1))
    register(stations, lambda part: None)
    return [stream for station in stations for stream in station.streams]
