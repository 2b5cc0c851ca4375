"""What a NIK says. All numbers are made up; those of other implementations are what their own tests and pages use."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.people.identity.nik import NikFault, agrees, parse

ON = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        # gem nik_parser, spec/nik_spec.rb
        ("3204110609970004", ("32", "04", "11", "male", "1997-09-06", "0004")),
        ("3204114609970004", ("32", "04", "11", "female", "1997-09-06", "0004")),
        # dzakdzaks/NIKParser, README: a woman of Depok
        ("3276055708900002", ("32", "76", "05", "female", "1990-08-17", "0002")),
        # ktp_schema, tests of nik.py
        ("3205121507900007", ("32", "05", "12", "male", "1990-07-15", "0007")),
        ("3205121507050007", ("32", "05", "12", "male", "2005-07-15", "0007")),
    ],
)
def test_what_other_implementations_read(number: str, parts: tuple[str, ...]) -> None:
    nik = parse(number, ON)
    assert (
        nik.province,
        nik.regency,
        nik.kecamatan,
        nik.sex,
        nik.birth_date.isoformat(),
        nik.serial,
    ) == parts
    assert nik.place == ".".join(parts[:3])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "this is empty"),
        ("   ", "this is empty"),
        ("157101010190001", "A NIK has 16 digits; this has 15."),
        ("15710101019000011", "this has 17"),
        ("157101O101900001", "character 7 is 'O'"),
        ("१५७१०१०१०१९००००१", "character 1 is"),
        ("００71010101900001", "character 1 is"),
        ("0071010101900001", "no province 00"),
        ("0905121507900007", "no province 09"),
        ("1500010101900001", "no regency 00"),
        ("1571000101900001", "no kecamatan 00"),
        ("1571010001900001", "no day 00"),
        ("1571013201900001", "no day 32"),
        ("1571014001900001", "no day 40"),
        ("1571017201900001", "no day 72"),
        ("1571010113900001", "no month 13"),
        ("1571010100900001", "no month 00"),
        ("1571013102900001", "no 1990-02-31"),
        ("1571012902010001", "no 2001-02-29"),
        ("3101016902010001", "no 2001-02-29"),  # ktp_schema: a woman's 29 February of a common year
        ("3502027102019913", "no 2001-02-31"),  # libktpnik's README takes this for a date
        ("1571017104900001", "no 1990-04-31"),
        ("1571010101900000", "begins at 0001"),
    ],
)
def test_what_is_wrong_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NikFault) as fault:
        parse(text, ON)
    assert sentence in str(fault.value)
    assert fault.value.template % fault.value.values == str(fault.value)


@pytest.mark.parametrize("text", ["1571 0101 0190 0001", "15.7101.010190.0001", " 1571-0101-0190-0001 "])
def test_groups_as_people_write_them_are_allowed(text: str) -> None:
    assert parse(text, ON).number == "1571010101900001"


def test_a_leap_day_is_a_date_in_a_leap_year() -> None:
    assert parse("1571016902000001", ON).birth_date == date(2000, 2, 29)


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 1, 1), 2026), (date(2025, 12, 31), 1926), (date(2126, 1, 1), 2126)]
)
def test_the_century_is_the_latest_that_is_not_in_the_future(on: date, year: int) -> None:
    assert parse("1571010101260001", on).birth_date == date(year, 1, 1)


def test_a_known_birth_date_decides_the_century() -> None:
    nik = parse("1571010505200001", ON)
    assert nik.birth_date == date(2020, 5, 5)
    assert agrees(nik, date(1920, 5, 5))
    assert not agrees(nik, date(1920, 5, 6))
    assert not agrees(nik, date(1921, 5, 5))


born = st.dates(date(1927, 1, 1), date(2026, 6, 1))


places = st.tuples(st.integers(11, 97), st.integers(1, 99), st.integers(1, 99))


@given(born, st.booleans(), places, st.integers(1, 9999))
def test_what_is_put_together_is_read_again(
    birth: date, woman: bool, place: tuple[int, int, int], serial: int
) -> None:
    province, regency, kecamatan = place
    day = birth.day + (40 if woman else 0)
    text = f"{province:02}{regency:02}{kecamatan:02}{day:02}{birth:%m%y}{serial:04}"
    nik = parse(text, ON)
    assert nik.as_json() == {
        "province": f"{province:02}",
        "regency": f"{regency:02}",
        "kecamatan": f"{kecamatan:02}",
        "place": f"{province:02}.{regency:02}.{kecamatan:02}",
        "sex": "female" if woman else "male",
        "birth_date": birth.isoformat(),
        "century": "the latest that is not in the future",
        "serial": f"{serial:04}",
    }


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        nik = parse(text, ON)
    except NikFault as fault:
        assert str(fault).endswith(".")
    else:
        assert nik.birth_date <= ON
