"""A part of a page that brings itself up to date: it changes what differs, and leaves the rest alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from jcoc.web.assets import DIST, manifest

pytestmark = pytest.mark.browser


@pytest.fixture
def served(chromium: Any) -> Iterator[dict[str, Any]]:
    """A page whose part's content, and status, the test changes."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(15_000)
    kept: dict[str, Any] = {"page": page, "part": "", "status": 200, "asked": 0}

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path != "/":
            route.fulfill(path=DIST / path.rsplit("/", 1)[1])
            return
        kept["asked"] += 1
        script = f'<script type="module" src="/{manifest()["site.js"]}"></script>'
        body = f'<div id="part" data-refresh="0.1">{kept["part"]}</div>{script}'
        route.fulfill(status=kept["status"], body=body, content_type="text/html")

    page.route("**/*", answer)
    yield kept
    context.close()


def test_only_what_differs_is_touched(served: dict[str, Any]) -> None:
    page = served["page"]
    served["part"] = "<p>one</p><button>stays</button><ul><li>a</li></ul>"
    page.goto("http://part.test/")
    page.get_by_role("button").focus()
    page.evaluate("window.kept = document.querySelector('button')")
    served["part"] = (
        '<p class="is-check">two</p><button>stays</button><ul><li>a</li><li>b</li></ul><b>new</b>'
    )
    page.locator("p.is-check", has_text="two").wait_for()
    assert page.locator("li").all_inner_texts() == ["a", "b"]
    assert page.evaluate("document.activeElement === window.kept")
    served["part"] = "<p>three</p><i>stays</i>"
    page.locator("p:not(.is-check)", has_text="three").wait_for()
    assert page.locator("#part").inner_html() == "<p>three</p><i>stays</i>"


@pytest.mark.parametrize(("status", "part"), [(503, "<p>one</p>"), (200, None)])
def test_a_failure_is_said_and_nothing_lost(served: dict[str, Any], status: int, part: str | None) -> None:
    page = served["page"]
    served["part"] = "<p>one</p>"
    page.goto("http://part.test/")
    served["status"] = status
    if part is None:  # the log-in page comes instead
        page.route(
            "http://part.test/", lambda route: route.fulfill(body="<p>Log in</p>", content_type="text/html")
        )
    page.locator("[data-refresh-failed]").wait_for()
    assert page.locator("p").inner_text() == "one"
    page.unroute("http://part.test/")
    served["status"] = 200
    page.locator("#part:not([data-refresh-failed])").wait_for()
