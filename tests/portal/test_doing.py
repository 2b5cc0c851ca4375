"""What the public home says of how the city does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jcoc.city.models import Place
from jcoc.city.services import load_city
from jcoc.contract.testing.cities import SECOND
from jcoc.indicators.declaration import Direction, Entered, Indicator, Target
from jcoc.indicators.models import Cause, Origin
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
from jcoc.portal.doing import doing

DIMENSION = {"environment": "waste", "economy": "industry", "society": "security"}


def declared(code: str, dimension: str = "environment", **fields: Any) -> Indicator:
    given: dict[str, Any] = {
        "name": Words(f"Indikator {code}", f"Indicator {code}"),
        "method": Words("Rekaan", "Made up"),
        "unit": "t",
        "direction": Direction.LOWER,
        "period": PeriodType.MONTH,
        "dimension": dimension,
        "sub_dimension": DIMENSION[dimension],
        "owner": "Dinas",
        "source": Entered(),
    }
    return Indicator(code=code, **(given | fields))


def tell(code: str, origin: Origin = Origin.ENTERED, place: str = SECOND.code, **values: float) -> None:
    indicator, where = Kept.objects.get(code=code), Place.objects.get(code=place)
    keep(
        [
            NewValue(
                indicator=indicator,
                place=where,
                period=parse(PeriodType.MONTH, month[1:].replace("_", "-")),
                value=value,
                origin=origin,
                cause=Cause.IMPORTED,
            )
            for month, value in values.items()
        ]
    )


@pytest.fixture
def city(runtime: Any) -> None:
    load_city(SECOND)


TODAY = date(2026, 4, 1)
PATH = {"targets": (Target("2026-01", 20.0), Target("2026-12", 10.0)), "target_source": "RPJMD"}


def test_one_of_each_dimension_that_with_a_target_first(city: None) -> None:
    declare(
        "x", [declared("a-plain"), declared("b-aimed", **PATH), declared("c-money", "economy")], today=TODAY
    )
    for code in ("a-plain", "b-aimed", "c-money"):
        tell(code, m2026_01=25.0, m2026_02=24.0)
    found = doing()
    assert [each.indicator.code for each in found] == ["c-money", "b-aimed"]
    assert [str(each.standing) for each in found] == ["", "di belakang jalur target"]
    assert [each.newest.value for each in found] == [24.0, 24.0]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (24.0, "lebih baik daripada sebelumnya"),
        (26.0, "lebih buruk daripada sebelumnya"),
        (25.0, "sama dengan sebelumnya"),
    ],
)
def test_it_says_in_words_which_way_it_went(city: None, after: float, words: str) -> None:
    declare("x", [declared("a")], today=TODAY)
    tell("a", m2026_01=25.0, m2026_02=after)
    assert words in Client().get("/").content.decode()


def test_what_is_not_measured_says_so_and_leads_to_its_page(city: None) -> None:
    declare("x", [declared("a")], today=TODAY)
    tell("a", Origin.SIMULATED, m2026_01=25.0)
    page = Client(headers={"Accept-Language": "en"}).get("/").content.decode()
    assert '<span class="origin" data-origin="simulated">simulated</span>' in page
    assert 'href="/indicators/a/"' in page
    assert "than before" not in page


def test_what_is_not_public_retired_or_only_of_a_part_is_left_out(city: None) -> None:
    declare("x", [declared("a", public=False), declared("b"), declared("c", "society")], today=TODAY)
    tell("a", m2026_01=25.0)
    tell("b", m2026_01=25.0)
    tell("c", place="98.01.01", m2026_01=25.0)
    declare("x", [declared("a", public=False), declared("c", "society")], today=TODAY)
    assert doing() == []
    assert "Bagaimana kinerja kota" not in Client().get("/").content.decode()


def test_its_queries_do_not_grow_with_values(city: None) -> None:
    declare("x", [declared("a"), declared("b", "economy")], today=TODAY)
    counts = []
    for months in ({"m2026_01": 1.0}, {"m2026_02": 1.0, "m2026_03": 2.0}):
        for code in ("a", "b"):
            tell(code, **months)
        with CaptureQueriesContext(connection) as captured:
            assert len(doing()) == 2
        counts.append(len(captured))
    assert counts == [3, 3]
