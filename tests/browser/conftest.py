"""A city with a few sensors in a running centre, and signed-in browser pages on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support import PASSWORD, Centre

SENSORS = """
from datetime import timedelta
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
codes = []
for number, (code, name, unit, dimension, lowest, highest) in enumerate([
    ("uji-sungai", "Tinggi muka air, Sungai Uji", "cm", "living", 0, 400),
    ("uji-gas", "Metana, sumur uji", "% vol", "environment", 0, 60),
    ("uji-sepi", "Lalu lintas, simpang uji", "/menit", "living", None, None),
]):
    register_thing(code, name, [NewDatastream(
        code=code, name=name, observed_property="Uji", unit_symbol=unit, dimension=dimension, origin="simulated",
        origin_note="Data uji", lowest=lowest, highest=highest, gap_after=timedelta(minutes=5), audience="public",
    )], point=(103.6 + number / 100, -1.61))
    codes.append(code)
print("TOKEN", issue_token("uji", codes)[1])
"""


@pytest.fixture(scope="session")
def device(centre: Centre) -> str:
    """The token of a device that may send the sensors uji-sungai, uji-gas and uji-sepi."""
    assert centre.jcoc("city", "load").returncode == 0
    centre.add_account("operator-uji", "operator")
    centre.add_account("kepala-uji", "administrator")
    done = centre.jcoc("manage", "shell", "-c", SENSORS)
    assert done.returncode == 0, done.stderr
    token = done.stdout.split("TOKEN ")[1].split()[0]
    now = datetime.now(UTC)
    for minutes in range(120, 0, -2):
        at = now - timedelta(minutes=minutes)
        centre.send(
            token, [("uji-sungai", at, 140 + minutes / 10), ("uji-gas", at, 47.5)], first=minutes == 120
        )
    return token


@pytest.fixture
def page_as(centre: Centre, device: str, chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page at a size and in a language, signed in as an account (or as nobody)."""
    contexts = []

    def open_page(username: str = "", width: int = 1366, height: int = 768, language: str = "id") -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="id-ID")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        if username:
            page.goto(f"{centre.url}/login/")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/wall/")
        if language != "id":
            cookie = {"name": "django_language", "value": language, "url": centre.url}
            context.add_cookies([cookie])
        return page

    yield open_page
    for context in contexts:
        context.close()
