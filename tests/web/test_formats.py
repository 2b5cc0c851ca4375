from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jcoc.web import formats


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (None, "–", "–"),
        (float("nan"), "–", "–"),
        (0, "0", "0"),
        (-0.00001, "0", "0"),
        (0.0456, "0,046", "0.046"),
        (1.5, "1,5", "1.5"),
        (47.25, "47,3", "47.3"),
        (148.0, "148", "148"),
        (1284.4, "1.284", "1,284"),
        (2_500_000, "2.500.000", "2,500,000"),
        (-12.34, "−12,3", "−12.3"),
    ],
)
def test_a_reading_has_as_many_decimals_as_its_size_deserves(
    value: float | None, indonesian: str, english: str
) -> None:
    with translation.override("id"):
        assert formats.reading(value) == indonesian
    with translation.override("en"):
        assert formats.reading(value) == english


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_reading_is_shown_within_its_last_decimal(value: float) -> None:
    with translation.override("id"):
        shown = formats.reading(value)
    back = float(shown.replace(".", "").replace(",", ".").replace("−", "-"))
    assert back == pytest.approx(
        value, abs=0.5 if abs(value) >= 999 else 0.05 if abs(value) >= 9.9 else 0.005
    )


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(milliseconds=300), "<1 dtk"),
        (timedelta(seconds=-5), "<1 dtk"),
        (timedelta(seconds=89), "89 dtk"),
        (timedelta(seconds=90), "2 mnt"),
        (timedelta(hours=3), "3 jam"),
        (timedelta(days=20), "20 hari"),
        (timedelta(days=7670), "21 thn"),
    ],
)
def test_a_span_is_said_in_one_unit(length: timedelta, expected: str) -> None:
    with translation.override("id"):
        assert formats.span(length) == expected


def test_moments_are_local_and_in_the_form_of_the_language() -> None:
    instant = datetime(2026, 11, 24, 17, 5, 9, tzinfo=UTC)
    with translation.override("id"):
        assert formats.moment(instant) == "25 Nov 2026, 00.05"
        assert formats.exact_moment(instant) == "25 Nov 2026, 00.05.09"
    with translation.override("en"):
        assert formats.moment(instant) == "25 Nov 2026, 00:05"
        assert formats.minute(instant) == "00:05"


@pytest.mark.parametrize(
    ("length", "indonesian", "english"),
    [
        (timedelta(minutes=90), "1 jam 30 mnt", "1 h 30 min"),
        (timedelta(minutes=75), "1 jam 15 mnt", "1 h 15 min"),
        (timedelta(seconds=90), "1 mnt 30 dtk", "1 min 30 s"),
        (timedelta(hours=1), "1 jam", "1 h"),
        (timedelta(hours=36), "1 hari 12 jam", "1 d 12 h"),
        (timedelta(days=2, seconds=5), "2 hari 5 dtk", "2 d 5 s"),
        (timedelta(0), "0 dtk", "0 s"),
        (timedelta(seconds=-1), "0 dtk", "0 s"),
    ],
)
def test_a_time_that_was_set_is_told_whole(length: timedelta, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert formats.duration(length) == indonesian
    with translation.override("en"):
        assert formats.duration(length) == english
