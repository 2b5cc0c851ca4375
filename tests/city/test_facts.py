from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from city.small_city import write_folder
from jcoc.city.facts import KOTA_JAMBI, FactsError, read_city


def test_kota_jambi_has_62_kelurahan_until_the_end_of_2022_and_68_after() -> None:
    facts = read_city(KOTA_JAMBI)
    kelurahan = [place for place in facts.places if place.level == "kelurahan"]
    assert len([place for place in facts.places if place.level == "kecamatan"]) == 11
    for day, count in [(date(2022, 12, 31), 62), (date(2023, 1, 31), 68), (date(2026, 1, 1), 68)]:
        assert sum(place.valid_on(day) for place in kelurahan) == count, day


def test_the_six_new_kelurahan_of_2023_name_no_predecessor() -> None:
    facts = read_city(KOTA_JAMBI)
    assert sorted(row.successor for row in facts.successions) == [
        "15.71.01.1012", "15.71.07.1011", "15.71.07.1012", "15.71.09.1006", "15.71.09.1007", "15.71.11.1006",
    ]  # fmt: skip
    assert {row.predecessor for row in facts.successions} == {""}
    assert all("6117/2022" in row.source for row in facts.successions)


def test_kota_jambis_areas_add_up_to_the_citys() -> None:
    places = read_city(KOTA_JAMBI).places
    total = {
        level: sum(place.area_km2 or 0 for place in places if place.level == level)
        for level in ("kota", "kecamatan", "kelurahan")
    }
    assert total["kelurahan"] == pytest.approx(169.887, rel=0.001)
    assert total["kecamatan"] == pytest.approx(total["kota"], rel=0.001)


def test_kota_jambis_sites_are_what_is_known_and_say_where_they_are_not() -> None:
    sites = read_city(KOTA_JAMBI).sites
    schools = [site for site in sites if site.kind == "school"]
    assert len(schools) == 25
    assert sum(site.approximate for site in schools) == 8
    assert all(site.note for site in sites if site.approximate)
    assert not [site for site in sites if site.kind == "flood_point"]  # no position is known


def test_a_second_city_is_a_folder(tmp_path: Path) -> None:
    facts = read_city(write_folder(tmp_path))
    assert (facts.code, len(facts.places), len(facts.rivers)) == ("99.01", 8, 1)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("places.csv", "code,name,level", "code,name,stage", "places.csv lacks the column 'level'."),
        ("places.csv", "Satu,kelurahan", "Satu,desa", "row 5, level: 'desa' is not one of kota"),
        ("places.csv", "kelurahan,99.01.01,", "kelurahan,99.01,", "row 5, parent: '99.01' is not a kecamatan above it"),
        ("places.csv", ",103.605", ",103,605", "places.csv, row 3: it has more cells than the header."),
        ("places.csv", ",103.605", ',"103,605"', "row 3, lon: '103,605' is not a number"),
        ("places.csv", "2022-12-31", "31-12-2022", "row 9, valid_to: '31-12-2022' is not a date"),
        ("places.csv", "99.01.01.1002", "99.01.01.1001", "row 6, code: '99.01.01.1001' stands already in row 5"),
        ("places.csv", ",Satu,", ",,", "row 5, name: it is empty"),
        ("sites.csv", ",no,", ",maybe,", "row 2, approximate: 'maybe' is neither yes nor no"),
        ("sites.csv", "-1.615", "-91", "row 2, lat: -91 does not lie between -90 and 90"),
        ("succession.csv", "99.01.02.1002", "99.01.02.9999", "row 2, successor: '99.01.02.9999' is not a place"),
        ("city.toml", 'code = "99.01"', 'code = "99.02"', "the city of this folder is 99.02, not 99.01"),
        ("city.toml", "code =", "code", "city.toml cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_by_file_row_and_column(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    path = write_folder(tmp_path) / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FactsError) as error:
        read_city(tmp_path)
    assert sentence in str(error.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"it has no city\.toml"):
        read_city(tmp_path)
    (write_folder(tmp_path) / "rivers.csv").unlink()
    with pytest.raises(FactsError, match=r"rivers\.csv is missing"):
        read_city(tmp_path)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = write_folder(tmp_path) / "places.csv"
    path.write_bytes(path.read_bytes().replace(b"Satu", b"S\xe9tu"))
    with pytest.raises(FactsError, match=r"places\.csv is not UTF-8 text"):
        read_city(tmp_path)
