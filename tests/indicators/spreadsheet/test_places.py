"""Which place a cell means, by its code or its name."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.spreadsheet.sheets import PLACES, asked, mapped, workbook
from jcoc.indicators.periods import PeriodType, containing
from jcoc.indicators.spreadsheet.places import MOST_ASKED, Gazetteer, KnownPlace, plain, split_prefix

CITY = Gazetteer(PLACES)
SHORT = {"kelurahan": "Kel.", "kecamatan": "Kec.", "kota": ""}


def test_the_city_has_80_places() -> None:
    assert sorted(place.level for place in PLACES) == ["kecamatan"] * 11 + ["kelurahan"] * 68 + ["kota"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.level}-{place.name}")
def test_every_place_is_known_by_its_name_as_agencies_write_it(place: KnownPlace) -> None:
    prefixed = f"{SHORT[place.level]} {place.name}".strip()
    for written in (place.name, place.name.upper(), f"  {place.name} ", f"3. {place.name}", f"3. {prefixed}"):
        assert CITY.named(written, level=place.level) == [place], written
        assert place in CITY.named(written, level=place.level), written
    assert CITY.named(prefixed.upper(), level=place.level) == [place]
    if place.level != "kota":
        assert CITY.named(f"{place.level.capitalize()} {place.name}") == [place]
    assert CITY.named(place.name.replace(" ", ""), level=place.level) == [place]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.level}-{place.name}")
def test_every_place_is_known_by_its_code(place: KnownPlace) -> None:
    digits = place.code.replace(".", "")
    for written in (place.code, f" {place.code} ", digits):
        assert CITY.coded(written) == place
    if place.level != "kota":
        assert CITY.coded(float(digits)) == place


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.level}-{place.name}")
def test_every_place_can_be_handed_in_by_its_name_alone(place: KnownPlace) -> None:
    book = workbook(["Wilayah", "2025-01", "2025-02"], [place.name, 1, 2])
    found = mapped(book, asked(levels=place.level))
    assert not found.findings
    assert [entry.place for entry in found.entries] == [place.code] * 2


def test_a_prefix_that_is_no_part_of_the_name_says_the_level() -> None:
    assert split_prefix("KEL. LEGOK") == ("kelurahan", "legok")
    assert split_prefix("1. Legok") == ("", "legok")
    assert [place.level for place in CITY.named("Telanaipura")] == ["kecamatan", "kelurahan"]
    assert [place.level for place in CITY.named("Kec. Telanaipura")] == ["kecamatan"]
    assert CITY.named("Kec. Legok") == []
    assert CITY.named("Baru") == [], "only the whole of “Kota Baru” is its name"
    assert [place.level for place in CITY.named("Jambi")] == ["kota"]


@pytest.mark.parametrize(
    "written", ["Simpang III Sipin", "Simpang Tiga Sipin", "SIMPANG 3 SIPIN", "simpang-iii sipin"]
)
def test_numerals_are_written_in_three_ways(written: str) -> None:
    assert plain(written) == "simpang 3 sipin"
    assert [place.name for place in CITY.named(written)] == ["Simpang III Sipin"]


def test_a_kecamatan_leaves_one_of_two_places_of_a_name() -> None:
    first, second = (
        KnownPlace("1.1", "Kota Baru", "kecamatan", "1"),
        KnownPlace("1.2", "Pasar", "kecamatan", "1"),
    )
    one, other = (
        KnownPlace("1.1.1", "Mekar", "kelurahan", "1.1"),
        KnownPlace("1.2.1", "Mekar", "kelurahan", "1.2"),
    )
    found = Gazetteer((first, second, one, other))
    assert found.named("Mekar") == [one, other]
    assert found.named("Mekar", within="Kota Baru") == [one]
    assert found.named("Mekar", within="Kec. Pasar") == [other]
    assert found.named("Mekar", within="nowhere") == [one, other]


def test_names_that_look_like_one_are_offered() -> None:
    assert CITY.like("Kel. Lgok") == ["Legok"]
    assert "Kota Baru" in CITY.like("Kota Bru")
    assert CITY.like("Xyz") == []


def test_ever_more_unknown_names_are_not_looked_for_any_more() -> None:
    places = Gazetteer(PLACES)
    for number in range(MOST_ASKED):
        places.like(f"Entah {number}")
    assert places.like("Lgok") == []
    assert Gazetteer(PLACES).like("Lgok") == ["Legok"]


def test_whether_a_place_existed_is_told_by_the_last_day_of_a_period() -> None:
    place = KnownPlace("1", "Baru", "kelurahan", "", valid_from=date(2023, 1, 15), valid_to=date(2024, 1, 31))
    month = PeriodType.MONTH
    assert not place.existed(containing(month, date(2022, 12, 1)))
    assert place.existed(containing(month, date(2023, 1, 1)))
    assert place.existed(containing(month, date(2024, 1, 1)))
    assert not place.existed(containing(month, date(2024, 2, 1)))
