"""On a phone the rows of a list are cards: nothing that matters lies beyond the edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import Centre

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUT_OFF = (
    "() => [...document.querySelectorAll('.table-wrap')].filter(e => e.scrollWidth > e.clientWidth).length"
)


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/1/", "/tasks/", "/sessions/", "/me/"])
def test_no_list_is_wider_than_a_phone(page_as: Callable[..., Any], centre: Centre, path: str) -> None:
    page = page_as("kepala-uji", 360)
    page.goto(centre.url + path)
    rows = page.get_by_role("row")
    rows.first.wait_for()
    assert page.evaluate(CUT_OFF) == 0
    heading = page.locator(".table-cards thead th").first.text_content()
    labels = page.locator(".table-cards [data-label]").evaluate_all("all => all.map(e => e.dataset.label)")
    assert labels
    assert "" not in labels
    assert heading not in labels, "the first column is the card's title"
    page.set_viewport_size({"width": 1366, "height": 768})
    assert page.locator(".table-cards thead").first.is_visible()
