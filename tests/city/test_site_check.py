from __future__ import annotations

import pytest
import shapely

from city.small_city import DAY, SQUARES, ring
from jcoc.city.boundaries import check
from jcoc.city.facts import KOTA_JAMBI, FactsError, read_city
from jcoc.city.locate import Locator
from jcoc.city.site_check import SiteWarning, check_sites, read_sites
from support import shared_data

LOCATOR = Locator(list(SQUARES), [shapely.Polygon(ring(*cell)) for cell in SQUARES.values()])
KECAMATAN = {code: "Barat" if code.startswith("99.01.01") else "Timur" for code in SQUARES}
TABLE = """npsn,nama,kecamatan_sumber,lat,lng
1,Satu,Barat,-1.615,103.605
2,Dua,barat,-1.615,103.615
3,Tiga,Timur,-1.715,103.605
"""


def test_a_coordinate_in_another_kecamatan_or_in_none_is_warned_of() -> None:
    assert check_sites(read_sites(TABLE.encode()), LOCATOR, KECAMATAN) == [
        SiteWarning(3, "2", "Dua", "barat", "Timur"),
        SiteWarning(4, "3", "Tiga", "Timur", ""),
    ]


def test_the_warning_is_a_sentence() -> None:
    elsewhere, outside = check_sites(read_sites(TABLE.encode()), LOCATOR, KECAMATAN)
    assert elsewhere.sentence == "Dua is said to lie in barat, but its coordinate lies in Timur."
    assert outside.sentence == "Tiga is said to lie in Timur, but its coordinate lies outside the city."


def test_semicolons_and_decimal_commas_are_read_alike() -> None:
    other = TABLE.replace(",", ";").replace(".", ",")
    assert read_sites(("\ufeff" + other).encode()) == read_sites(TABLE.encode())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("lng", "x", "The file lacks the column 'lon'"),
        ("kecamatan_sumber", "daerah", "The file lacks the column 'kecamatan'"),
        ("103.605", "103,605", "Row 2: it has more cells than the header."),
        ("103.605", "abc", "Row 2, lng: 'abc' is not a number."),
        ("103.615", "nan", "Row 3, lng: nan does not lie between -180 and 180."),
        ("-1.715", "-91", "Row 4, lat: -91 does not lie between -90 and 90."),
        (",Satu,", ",,", "Row 2, nama: it is empty."),
        (TABLE, " ", "The file is empty."),
    ],
)
def test_a_bad_table_is_refused_by_row_and_column(old: str, new: str, sentence: str) -> None:
    with pytest.raises(FactsError) as error:
        read_sites(TABLE.replace(old, new).encode())
    assert str(error.value).startswith(sentence)


def test_another_encoding_is_refused() -> None:
    with pytest.raises(FactsError, match="not UTF-8"):
        read_sites(TABLE.replace("Satu", "S\xe9tu").encode("latin-1"))


def test_the_schools_file_yields_its_eight_contradictions_and_no_other() -> None:
    facts = read_city(KOTA_JAMBI)
    outlines = check(
        shared_data("kota_jambi_kelurahan.geojson").read_bytes(), facts.places, "kelurahan", DAY
    ).outlines
    locator = Locator([code for code, _ in outlines], [shapely.from_geojson(text) for _, text in outlines])
    name = {place.code: place.name for place in facts.places}
    kecamatan = {place.code: name[place.parent] for place in facts.places if place.level == "kelurahan"}
    rows = read_sites(shared_data("smpn_kota_jambi.csv").read_bytes())
    warnings = check_sites(rows, locator, kecamatan)
    assert len(rows) == 25
    assert {(w.code, w.stated, w.found) for w in warnings} == {
        ("10504629", "Jambi Timur", ""),
        ("10504631", "Telanaipura", "Danau Sipin"),
        ("10504635", "Jambi Timur", "Paal Merah"),
        ("10504636", "Kota Baru", "Alam Barajo"),
        ("10504652", "Telanaipura", "Kota Baru"),
        ("10504653", "Kota Baru", ""),
        ("10504671", "Kota Baru", ""),
        ("10504673", "Jambi Timur", ""),
    }
    assert {w.code for w in warnings} == {
        site.code for site in facts.sites if site.kind == "school" and site.approximate
    }
