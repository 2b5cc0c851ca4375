"""Every page, in both languages, on a phone and on the wall: no accessibility fault, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import ROOT, Centre

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = ROOT / "src/jcoc/web/frontend/node_modules/axe-core/axe.min.js"
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
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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
            page.evaluate(AXE.read_text())
            found = page.evaluate("rules => axe.run(document, rules)", RULES)
            faults += [
                f"{path}: {v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
                for v in found["violations"]
                for node in v["nodes"]
            ]
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > size[0]:
                faults.append(f"{path}: {width} px wide on a screen of {size[0]} px")
            faults += [f"{path}: {text}" for text in thrown]
            thrown.clear()
    assert not faults, "\n".join(faults)
