"""The demonstration's indicators: all six dimensions, marked as simulated, made once, corrections left alone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

import pytest
from django.utils import timezone

from jcoc.demo import indicators
from jcoc.demo.catalogue import Stream
from jcoc.demo.indicators import FILE, MADE_UP, REGISTER, SOURCE, ensure_indicators
from jcoc.indicators import checking, registration
from jcoc.indicators.declaration import Entered, OfStreams
from jcoc.indicators.dimensions import CODES
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.services.computing import recompute
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.trail.tasks.models import Task

TODAY = date(2026, 6, 1)


@pytest.fixture
def register() -> registration.Register:
    return registration.read(FILE.read_bytes(), FILE.name)


def test_the_file_holds_no_fault_and_all_six_dimensions(register: registration.Register) -> None:
    assert register.name == REGISTER
    assert checking.faults(register.indicators) == []
    assert {each.dimension for each in register.indicators} == set(CODES)


def test_every_target_says_that_it_is_made_up(register: registration.Register) -> None:
    with_path = [each for each in register.indicators if each.targets]
    assert with_path
    assert all("rekaan" in each.target_source for each in with_path)


def test_every_method_says_that_the_figures_are_none_of_the_city(register: registration.Register) -> None:
    for each in register.indicators:
        assert "simulasi" in each.method.id or "rekaan" in each.method.id, each.code
        assert "imulated" in each.method.en or "ade-up" in each.method.en, each.code


def test_every_source_names_streams_that_have_a_year(
    register: registration.Register, registered: list[Stream]
) -> None:
    yearly = [stream for stream in registered if stream.kind.year]
    known = {stream.kind.observed_property for stream in yearly} | {stream.code for stream in yearly}
    for each in register.indicators:
        if isinstance(each.source, OfStreams):
            assert {each.source.observed_property, *each.source.datastreams} - {""} <= known, each.code


def test_what_is_handed_in_is_made_up_and_says_so(
    register: registration.Register, registered: list[Stream]
) -> None:
    ensure_indicators(TODAY)
    entered = {each.code for each in register.indicators if isinstance(each.source, Entered)}
    assert entered == {each.code for each in MADE_UP}
    values = Value.objects.filter(indicator__declared_by=REGISTER)
    assert set(values.values_list("origin", flat=True)) == {Origin.SIMULATED}
    assert set(values.values_list("source_name", flat=True)) == {SOURCE}
    assert all(value.end < TODAY for value in values)
    visits = values.filter(indicator__code="demo-respiratory-visits").select_related("place")
    for _start, of_month in groupby(visits.order_by("start", "place__code"), key=lambda value: value.start):
        city, *parts = of_month
        assert len(parts) == 11
        assert city.value == pytest.approx(sum(part.value or 0 for part in parts))


def test_what_was_published_stands_beside_as_published(registered: list[Stream]) -> None:
    ensure_indicators(TODAY)
    published = Value.objects.filter(origin=Origin.PUBLISHED)
    assert published.exists()
    assert not published.filter(source_name="").exists()
    assert not published.filter(indicator__declared_by=REGISTER).exists()


def test_a_second_start_makes_nothing_twice_and_leaves_a_correction(registered: list[Stream]) -> None:
    ensure_indicators(TODAY)
    before = Value.objects.count()
    kept = Value.objects.filter(indicator__code="demo-permits-in-time").select_related("indicator", "place")[
        0
    ]
    keep(
        [
            NewValue(
                indicator=kept.indicator,
                place=kept.place,
                period=kept.period,
                value=1.0,
                origin=Origin.SIMULATED,
                cause=Cause.CORRECTED,
                follows=1,
                reason="Salah ketik.",
            )
        ]
    )
    ensure_indicators(TODAY)
    assert Value.objects.count() == before + 1
    assert Value.objects.current().get(indicator=kept.indicator, start=kept.start).value == 1.0
    assert Task.objects.filter(name="demo.compute").count() == 1


def test_it_starts_after_a_published_figure_was_corrected(registered: list[Stream]) -> None:
    ensure_indicators(TODAY)
    told = Value.objects.get(indicator__code="sikesal-reports")
    correct(told.pk, follows=1, value=900, reason="Dihitung ulang.")
    ensure_indicators(TODAY)
    assert Value.objects.current().get(indicator__code="sikesal-reports").value == 900


def test_the_same_start_makes_the_same_figures(registered: list[Stream]) -> None:
    """Chance is the place's and the period's own, so that two demonstrations show the same."""
    ensure_indicators(TODAY)
    indicator = Indicator.objects.get(code="demo-digital-traders")
    value = Value.objects.filter(indicator=indicator).order_by("start").first()
    assert value is not None
    again = indicators._values(MADE_UP[2], indicator, [value.place], value.period, 0)
    assert again == {value.place: value.value}


def test_what_is_computed_is_marked_as_simulated(registered: list[Stream], runtime: object) -> None:
    from jcoc.demo.history import fill
    from jcoc.demo.simulation import Simulation
    from jcoc.telemetry import runtime as runtimes
    from jcoc.telemetry.directory import Snapshot, load

    ensure_indicators(TODAY)
    running = runtimes.current()
    solar = [stream for stream in registered if stream.code.startswith("sim-surya-")]
    now = timezone.now().timestamp()
    fill(running.store, load(Snapshot.empty()), Simulation(solar, "seed"), now, lambda part: None)
    done = recompute(
        running.store,
        [Indicator.objects.get(code="demo-solar-energy")],
        timezone.localdate() - timedelta(days=62),
        timezone.localdate(),
        now=timezone.now(),
    )
    assert not done.problems
    values = Value.objects.filter(indicator__code="demo-solar-energy")
    assert set(values.values_list("origin", flat=True)) == {Origin.SIMULATED}
    city = [value.value for value in values.filter(place__level="kota")]
    assert city and all(value and 0 < value < 24 * 150 for value in city)


def test_a_number_and_its_unit_stand_on_one_line(register: registration.Register) -> None:
    words = [text for each in register.indicators for text in (each.name.id, each.name.en)]
    assert [text for text in words if " °C" in text] == []
