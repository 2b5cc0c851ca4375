"""Every page, in both languages, on a phone and on the wall: no accessibility fault, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser import accessible
from support import Centre

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "/": "",
    "/login/": "",
    "/sensors/uji-sungai/": "",
    "/nowhere/": "",
    "/wall/": "operator-uji",
    "/sensors/": "operator-uji",
    "/sensors/?q=nothing-is-called-so": "operator-uji",
    "/password/": "operator-uji",
    "/me/": "operator-uji",
    "/accounts/": "kepala-uji",
    "/accounts/1/": "kepala-uji",
    "/tasks/": "kepala-uji",
    "/feeds/": "kepala-uji",
    "/tokens/": "kepala-uji",
    "/kiosk/": "kepala-uji",
    "/places/": "kepala-uji",
    "/design/": "kepala-uji",
}
SIZES = [(360, 740), (1920, 1080)]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_pages_have_no_accessibility_fault_and_fit(
    page_as: Callable[..., Any], centre: Centre, size: tuple[int, int], language: str
) -> None:
    faults: list[str] = []
    for username in ("", "operator-uji", "kepala-uji"):
        page = page_as(username, *size, language)
        thrown: list[str] = []
        page.on("pageerror", lambda error, thrown=thrown: thrown.append(str(error)))
        for path in (path for path, who in PAGES.items() if who == username):
            page.goto(centre.url + path)
            page.wait_for_load_state("load")
            assert page.locator("html").get_attribute("lang") == language
            faults += accessible.faults(page)
            faults += [f"{path}: {text}" for text in thrown]
            thrown.clear()
    assert not faults, "\n".join(faults)
