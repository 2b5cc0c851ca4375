"""Numbers in texts and in cells, and in which form a sheet writes them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.declaration import LARGEST
from jcoc.indicators.numbers import (
    Ambiguous,
    Form,
    NotANumber,
    TooLarge,
    forms,
    from_number,
    from_text,
    is_empty,
    spoken,
)

BOTH, ONLY_ID, ONLY_EN, NONE = set(Form), {Form.INDONESIAN}, {Form.ENGLISH}, set[Form]()


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("12", BOTH), ("1.234", BOTH), ("1,234", BOTH), ("1.234,5", ONLY_ID), ("1,234.5", ONLY_EN),
        ("0,5", ONLY_ID), ("0.5", ONLY_EN), ("1.234.567", ONLY_ID), ("1,234,567", ONLY_EN), ("12,5%", ONLY_ID),
        ("1.23.4", NONE), ("12 ton", NONE), ("", NONE), ("١٢", NONE), ("1234.567", ONLY_EN), ("1234,567", ONLY_ID),
    ],
)  # fmt: skip
def test_in_which_forms_a_text_is_a_number(text: str, possible: set[Form]) -> None:
    assert forms(text) == possible


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["1.234", "2.000,5"], Form.INDONESIAN), (["1.234", "2,000.5"], Form.ENGLISH), (["1.234", "12"], None),
        (["1,5", "1.5"], None), ([], None), (["Legok"], None),
    ],
)  # fmt: skip
def test_the_form_that_texts_show(texts: list[str], form: Form | None) -> None:
    assert spoken(texts) == form


@pytest.mark.parametrize("text", ["", " ", "-", "–", "N/A", "TAD", "tidak ada data", "..."])
def test_what_agencies_write_for_no_value(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize("text", ["0", "nihil", "-1", "x"])
def test_what_is_a_value_or_a_fault_is_not_empty(text: str) -> None:
    assert not is_empty(text)


def test_a_text_with_marks_can_be_read_only_when_the_form_is_known() -> None:
    for text in ("1.234", "1,234"):
        with pytest.raises(Ambiguous):
            from_text(text, None)
        assert from_text(text, Form.INDONESIAN).doubtful and from_text(text, Form.ENGLISH).doubtful
    assert not from_text("1234", None).doubtful
    assert not from_text("1.234,5", Form.ENGLISH).doubtful, "it can be read in one form alone"


@pytest.mark.parametrize("text", ["9" * 300, "-" + "9" * 400, "1e+300", "1.5e+20", "inf", "-inf"])
def test_numbers_beyond_any_figure(text: str) -> None:
    with pytest.raises(TooLarge):
        from_text(text, None)


def test_the_largest_number_is_the_first_that_is_too_large() -> None:
    below = math.nextafter(LARGEST, 0)
    assert from_text(f"{int(below)}", None).value == below
    for text in (f"{int(LARGEST)}", f"-{int(LARGEST)}"):
        with pytest.raises(TooLarge):
            from_text(text, None)


@pytest.mark.parametrize(
    ("value", "shown", "read", "percent"),
    [
        (0.07, "0%", 7.0, True), (0.5, "0.00%", 50.0, True), (3, "General", 3.0, False),
        (3, '0 "%"', 3.0, False), (3, r"0\%", 3.0, False), (-2.5, "0.0", -2.5, False),
    ],
)  # fmt: skip
def test_a_cell_shown_as_per_cent_is_hundredfold(
    value: float, shown: str, read: float, percent: bool
) -> None:
    number = from_number(value, shown)
    assert (number.value, number.percent) == (read, percent)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_cell_that_holds_no_finite_number(value: float) -> None:
    with pytest.raises(NotANumber):
        from_number(value, "General")


@given(st.integers(-(10**8), 10**8))
def test_a_whole_number_without_marks_is_the_same_in_both_forms(whole: int) -> None:
    assert {from_text(str(whole), form).value for form in (None, *Form)} == {float(whole)}
