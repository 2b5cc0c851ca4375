"""Every fault of a declaration names the indicator, the field, the reason and what mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from indicators.laid_out import declared
from jcoc.indicators import urls as indicators_urls
from jcoc.indicators.checking import CODE, RESERVED, faults
from jcoc.indicators.declaration import (
    Direction,
    Entered,
    Function,
    OfStreams,
    PlaceLevel,
    Ratio,
    Tally,
    Target,
)
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.spreadsheet import urls as spreadsheet_urls
from jcoc.indicators.units import UNITS
from jcoc.indicators.words import Words

SOUND = declared()


def streams(**fields: Any) -> OfStreams:
    return OfStreams(**({"function": Function.MEAN, "observed_property": "Water level"} | fields))


def ratio(factor: float = 1.0) -> Ratio:
    return Ratio(numerator=Tally("works", "hours"), denominator=Tally("works"), factor=factor)


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"code": ""}, "code", "'' cannot be a code.", "lower-case"),
    ({"code": "Air-1"}, "code", "'Air-1' cannot be a code.", "lower-case"),
    ({"code": "air--1"}, "code", "cannot be a code.", "single hyphens"),
    ({"code": "air\n"}, "code", "cannot be a code.", "lower-case"),
    ({"code": "a" * 81}, "code", "cannot be a code.", "80 characters"),
    ({"code": "flags"}, "code", "'flags' is the address of another page.", "another code"),
    ({"code": "import"}, "code", "'import' is the address of another page.", "another code"),
    ({"name": Words("Tinggi", " ")}, "name", "a language is missing.", "in English"),
    ({"method": Words("", "Mean")}, "method", "a language is missing.", "in Indonesian"),
    ({"name": Words("a" * 201, "x")}, "name", "it is too long.", "200 characters"),
    ({"owner": " "}, "owner", "nobody answers for it.", "agency"),
    ({"owner": "a" * 201}, "owner", "it is too long.", "200 characters"),
    ({"uri": "https://" + "a" * 300}, "uri", "it is too long.", "300 characters"),
    ({"licence": "a" * 51}, "licence", "it is too long.", "50 characters"),
    ({"target_source": "a" * 301}, "target_source", "it is too long.", "300 characters"),
    ({"unit": "ug"}, "unit", "'ug' is no known unit.", "ug/m3"),
    ({"dimension": "air"}, "dimension", "'air' is no dimension.", "environment"),
    ({"sub_dimension": "health"}, "sub_dimension", "'health' is no part of environment.", "protection"),
    ({"levels": ()}, "levels", "they are empty", "Name each"),
    ({"levels": (PlaceLevel.KOTA, PlaceLevel.KOTA)}, "levels", "one stands twice", "once"),
    ({"decimals": -1}, "decimals", "-1 cannot be shown.", "0 to 6"),
    ({"decimals": 7}, "decimals", "7 cannot be shown.", "0 to 6"),
    ({"settles_after": timedelta(-1)}, "settles_after", "it lies before", "upward"),
    ({"source": streams(observed_property="")}, "source", "or neither.", "Name one"),
    ({"source": streams(datastreams=("a",))}, "source", "both an observed property", "Name one"),
    ({"source": streams(threshold=1)}, "source", "share-above goes with a threshold", "leave it out"),
    ({"source": streams(function=Function.SHARE_ABOVE)}, "source", "with a threshold", "Give it"),
    (
        {"source": streams(function=Function.SHARE_ABOVE, threshold=float("nan"))},
        "source",
        "the threshold nan is no number.",
        "Give",
    ),
    ({"source": streams(factor=0)}, "source", "the factor 0 makes no number.", "not 0"),
    ({"source": streams(factor=float("nan"))}, "source", "the factor nan", "not 0"),
    ({"source": ratio(0)}, "source", "the factor 0 makes no number.", "100"),
    ({"source": ratio(float("inf"))}, "source", "the factor inf", "100"),
    ({"source": Tally("visits")}, "source", "there is no source of rows 'visits'.", "programme's rows"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "field", "reason", "mend"), WRONG)
def test_a_fault_names_field_reason_and_mend(
    fields: dict[str, Any], field: str, reason: str, mend: str
) -> None:
    wrong = replace(SOUND, **fields)
    (fault,) = faults([SOUND, wrong] if wrong.code != SOUND.code else [wrong], row_sources={"works"})
    assert (fault.where, fault.field) == (wrong.code or "(no code)", field)
    assert reason in str(fault.reason)
    assert mend in str(fault.mend)
    assert str(fault) == f"{fault.where}, {field}: {fault.reason} {fault.mend}"


@pytest.mark.parametrize(
    "source",
    [
        streams(),
        streams(observed_property="", datastreams=("a", "b")),
        Tally("works"),
        ratio(100),
        Entered(),
    ],
)
def test_what_is_sound_has_no_fault(source: Any) -> None:
    assert faults([replace(SOUND, source=source)], row_sources={"works"}) == []


def test_every_fixed_address_beside_indicators_is_reserved() -> None:
    fixed = set()
    for pattern in (*indicators_urls.urlpatterns, *spreadsheet_urls.urlpatterns):
        first = str(pattern.pattern).removeprefix("indicators/").partition("/")[0]
        if CODE.fullmatch(first):
            fixed.add(first)
    assert fixed == set(RESERVED)


def test_each_sentence_is_said_in_indonesian() -> None:
    for fields, *_rest in WRONG:
        wrong = replace(SOUND, **fields)
        for fault in faults([wrong], row_sources={"works"}):
            with translation.override("id"):
                for sentence in (fault.reason, fault.mend):
                    assert sentence.said(gettext) != str(sentence)


def test_every_unit_and_sub_dimension_may_be_named() -> None:
    for unit in UNITS:
        assert faults([replace(SOUND, unit=unit)]) == []
    for dimension in DIMENSIONS:
        for sub in dimension.sub_dimensions:
            assert faults([replace(SOUND, dimension=dimension.code, sub_dimension=sub)]) == []


def test_a_code_that_is_declared_twice_is_told_once() -> None:
    (fault,) = faults([SOUND, replace(SOUND, decimals=0), SOUND])
    assert (fault.where, fault.field, str(fault.reason)) == ("level-mean", "code", "it is declared twice.")


def test_all_faults_are_told_in_the_order_of_the_declarations() -> None:
    found = faults([replace(SOUND, code="b", unit="x", owner=""), replace(SOUND, code="a", decimals=9)])
    assert [(each.where, each.field) for each in found] == [("b", "owner"), ("b", "unit"), ("a", "decimals")]


# The path of targets


def path(*targets: tuple[str, float], direction: Direction = Direction.LOWER, **fields: Any) -> list[str]:
    declared_ = replace(
        SOUND,
        direction=direction,
        period=PeriodType.YEAR,
        targets=tuple(Target(*each) for each in targets),
        **({"target_source": "RPJMD"} | fields),
    )
    return [f"{each.field}: {each.reason}" for each in faults([declared_])]


def test_a_path_leads_onward_and_the_better_way() -> None:
    assert path(("2024", 5), ("2025", 5), ("2030", 2)) == []
    assert path(("2024", 1), ("2025", 1.5), direction=Direction.HIGHER) == []


def test_a_path_backwards_in_time_is_told() -> None:
    assert path(("2025", 5), ("2024", 4)) == ["targets: 2024 stands after 2025."]
    assert path(("2025", 5), ("2025", 4)) == ["targets: 2025 stands after 2025."]


def test_a_path_the_worse_way_is_told() -> None:
    assert path(("2024", 2), ("2025", 3)) == ["targets: 2025 asks for 3 after 2, the worse way."]
    assert path(("2024", 3), ("2025", 2), direction=Direction.HIGHER) == [
        "targets: 2025 asks for 2 after 3, the worse way."
    ]


def test_a_path_needs_a_source_a_direction_periods_and_numbers() -> None:
    assert path(("2024", 2), target_source=" ") == ["target_source: nobody says who set the targets."]
    assert path(("2024", 2), direction=Direction.NEITHER) == [
        "targets: no way is better for it, so it has no target."
    ]
    assert path(("2024-01", 2)) == ["targets: '2024-01' is not the period that it is told for."]
    assert path(("2024", float("nan")), ("2025", 2)) == ["targets: 2024 has nan."]
    assert path(("2024", -1e300), ("2025", 2)) == ["targets: 2024 has -1e+300."]
