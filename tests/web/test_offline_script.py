"""What an answer means to the outbox, and when it tries again: the pure part of its script, run in Chromium."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from support import ROOT

pytestmark = pytest.mark.browser

FRONTEND = ROOT / "src/jcoc/web/frontend"
REVOKED = {"type": "urn:jcoc:field-phone-revoked"}


@pytest.fixture(scope="module")
def outbox(chromium: Any) -> Any:
    """A page in which `verdict` holds the functions of offline/verdict.ts."""
    script = subprocess.run(
        [
            ROOT / "tools/npm", "--prefix", FRONTEND, "exec", "--", "esbuild",
            str(FRONTEND / "src/offline/verdict.ts"), "--bundle", "--format=iife", "--global-name=verdict",
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    page = chromium.new_page()
    page.add_script_tag(content=script.stdout)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("status", "body", "meant"),
    [
        (200, {"state": "stored"}, "stored"),
        (200, None, "retry"),  # a log-in page of something in between
        (401, {"type": "about:blank"}, "log-in"),
        (401, REVOKED, "phone-revoked"),
        (401, {"type": "urn:jcoc:field-phone-unknown"}, "phone-unknown"),
        (401, None, "retry"),
        (403, {"detail": "no role"}, "refused"),
        (403, None, "retry"),
        (409, {"theirs": {}, "version": "2"}, "conflict"),
        (409, {"detail": "something else"}, "refused"),
        (413, {"detail": "too large"}, "refused"),
        (422, {"fields": {}}, "refused"),
        (429, {"detail": "slower"}, "retry"),
        (500, {}, "retry"),
        (503, None, "retry"),
        (503, REVOKED, "retry"),
    ],
)
def test_an_answer_means(outbox: Any, status: int, body: dict[str, Any] | None, meant: str) -> None:
    assert outbox.evaluate("([s, b]) => verdict.verdict(s, b)", [status, body]) == meant


def test_attempts_come_further_apart_up_to_a_quarter_of_an_hour(outbox: Any) -> None:
    waits = [outbox.evaluate("n => verdict.delay(n, 1)", n) / 1000 for n in range(1, 12)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert [outbox.evaluate("r => verdict.delay(4, r)", r) / 1000 for r in (0, 0.5)] == [20, 30]


@pytest.mark.parametrize(
    ("asked", "seconds"), [("120", 120), ("1", 5), (None, 5), ("Wed, 21 Oct 2026 07:28:00 GMT", 5), ("-3", 5)]
)
def test_the_server_may_ask_for_more_time_and_not_for_less(
    outbox: Any, asked: str | None, seconds: float
) -> None:
    assert outbox.evaluate("a => verdict.delay(1, 1, a)", asked) / 1000 == seconds
