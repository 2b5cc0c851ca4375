"""What cannot be computed or kept is said in the language of whoever reads it, and in English to logs and commands."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.utils import translation
from django.utils.translation import gettext

from indicators.laid_out import kept, places
from jcoc.indicators.arithmetic import NotANumber, tally
from jcoc.indicators.computed import CannotCompute
from jcoc.indicators.declaration import Function, OfStreams, Ratio, Tally
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.rows import Row, RowSource, _sources
from jcoc.indicators.sentences import Sentence, Told
from jcoc.indicators.tally_values import value
from jcoc.indicators.walking import walk
from jcoc.indicators.words import Words

DAY = parse(PeriodType.DAY, "2024-05-01")


def test_a_sentence_within_a_sentence_is_translated_too() -> None:
    inner = Sentence("%(n)s rows", {"n": 3})
    told = Told("%(where)s: %(why)s", where="Legok", why=inner)
    assert str(told) == "Legok: 3 rows"
    assert told.said(lambda text: text.replace("rows", "baris")) == "Legok: 3 baris"


def test_a_text_without_facts_may_hold_a_per_cent_sign() -> None:
    assert str(Told("100 % of nothing")) == "100 % of nothing"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "english", "indonesian"),
    [
        (
            OfStreams(function=Function.MEAN, datastreams=("hilang",)),
            "There is no datastream hilang.",
            "Tidak ada datastream hilang.",
        ),
        (
            Ratio(numerator=Tally("works", "upah"), denominator=Tally("works")),
            "The source of rows works has no column upah.",
            "Sumber baris works tidak punya kolom upah.",
        ),
    ],
)
def test_the_way_down_from_what_cannot_be_computed_says_why(
    source: Any, english: str, indonesian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        _sources, "works", RowSource("works", Words("Kerja", "Works"), (), lambda first, last: ())
    )
    indicator, city = kept(source=source, unit="%"), places()["15.71"]
    with pytest.raises(CannotCompute) as refused:  # before the store is asked
        walk(cast(Any, None), indicator, city, DAY)
    assert str(refused.value) == english
    with translation.override("id"):
        assert refused.value.said(gettext) == indonesian


def test_a_cell_that_cannot_be_added_is_named_with_its_place_and_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from jcoc.indicators.rows import Column

    column = Column("upah", Words("Upah", "Wage"))
    works = RowSource("works", Words("Kerja", "Works"), (column,), lambda first, last: ())
    monkeypatch.setitem(_sources, "works", works)
    row = (Row("r1", DAY.start, "15.71", ("x",)), b"")
    with pytest.raises(CannotCompute) as refused:
        value(Tally("works", "upah"), "15.71", DAY, [[row]])
    assert str(refused.value) == "15.71, 2024-05-01: 'x' is no number that can be added."
    with translation.override("id"):
        assert refused.value.said(gettext) == "15.71, 2024-05-01: 'x' bukan angka yang dapat dijumlahkan."


def test_a_long_cell_is_not_said_whole() -> None:
    with pytest.raises(NotANumber) as refused:
        tally(["x" * 1000], 1)
    assert len(str(refused.value)) < 200
