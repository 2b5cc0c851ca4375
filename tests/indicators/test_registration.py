"""The city's own indicators in a TOML file: the example in docs/ is one, and a file that is none is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jcoc.indicators import checking, registration
from jcoc.indicators.declaration import Direction, Function, OfStreams, PlaceLevel, Target
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.registration import FormError, read
from jcoc.indicators.services import declaring
from support import ROOT

EXAMPLE = (ROOT / "docs/indicators-example.toml").read_bytes()
DAY = date(2026, 11, 24)


def test_the_example_is_what_its_comments_say_and_has_no_fault() -> None:
    found = read(EXAMPLE, "indicators-example.toml")
    daily, monthly = found.indicators
    assert found.name == "example-air"
    assert checking.faults(found.indicators) == []
    assert (daily.code, daily.unit, daily.direction, daily.period) == (
        "air-no2-daily", "ug/m3", Direction.LOWER, PeriodType.DAY,
    )  # fmt: skip
    assert daily.levels == (PlaceLevel.KOTA, PlaceLevel.KELURAHAN)
    assert daily.source == OfStreams(function=Function.MEAN_OF_HOURS, datastreams=("stand-in-air-no2",))
    assert daily.settles_after == timedelta(days=7)
    assert monthly.targets == (Target("2004-12", 2.5), Target("2005-12", 2.0))
    assert monthly.target_source


def test_every_field_of_the_form_is_in_the_example() -> None:
    text = EXAMPLE.decode()
    named = registration.IndicatorForm.__struct_fields__
    assert {field for field in named if f"{field} =" not in text and f".{field}]" not in text} == set()


def test_the_indicators_that_come_with_jcoc_have_no_fault() -> None:
    from jcoc.indicators.commands import DATA

    for file in sorted(DATA.glob("*.toml")):
        assert checking.faults(read(file.read_bytes(), file.name).indicators) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('register = "example-air"', 'register = "Example Air"', "$.register"),
        ('unit = "ug/m3"', "unit = 3", "Expected `str`, got `int` - at `$.indicator[0].unit`"),
        ('direction = "lower"', 'direction = "down"', "Invalid enum value 'down'"),
        ('period = "day"', 'period = "decade"', "Invalid enum value 'decade'"),
        ("decimals = 1", "decimal = 1", "unknown field `decimal`"),
        ("settles_after_days = 7", "settles_after_days = -1", "settles_after_days"),
        ('kind = "streams"', 'kind = "stream"', "indicator “air-no2-daily”, source: 'stream' is no kind of source"),
        ('function = "mean-of-hours"', 'function = "average"', "indicator “air-no2-daily”, source: Invalid enum value"),
        ("datastreams =", "streams =", "there is no field “streams” in streams"),
        ("[[indicator]]", "[[indicator", "cannot be used"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_file_field_and_reason(old: str, new: str, said: str) -> None:
    text = EXAMPLE.decode()
    assert old in text
    with pytest.raises(FormError) as refused:
        read(text.replace(old, new, 1).encode(), "kota.toml")
    assert str(refused.value).startswith("kota.toml") and said in str(refused.value)


def test_no_utf_8() -> None:
    with pytest.raises(FormError, match=r"kota\.toml cannot be used"):
        read(b"\xff", "kota.toml")


@pytest.mark.django_db
def test_a_register_is_never_called_like_a_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(EXAMPLE, "indicators-example.toml").indicators
    declaring.declare("pakar-kasih", found, today=DAY)
    monkeypatch.setattr(declaring, "programme_codes", [lambda: {"pakar-kasih"}])
    with pytest.raises(declaring.Refused, match="pakar-kasih, register: a programme is called so"):
        declaring.register("pakar-kasih", [], today=DAY)
    assert declaring.Indicator.objects.in_use().count() == 2, "none is retired"
    assert declaring.register("kota", [], today=DAY)["declared"] == 0


@pytest.mark.django_db
def test_the_programmes_that_are_installed_or_were_keep_their_names() -> None:
    from jcoc.contract.models import Enrolment
    from jcoc.trail.audit.guard import unguarded

    with unguarded():
        Enrolment.objects.create(code="pergi", name_id="Pergi", name_en="Gone", since=DAY, left=DAY)
    for name in ("air_quality", "pergi"):
        assert any(name in codes() for codes in declaring.programme_codes)
