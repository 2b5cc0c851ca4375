"""A city with a few sensors in a running centre, signed-in browser pages on it, and phones in the field."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from browser.field_phone import ADD, Phone
from support import PASSWORD, Centre, log_in

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
def city(centre: Centre) -> None:
    """Kota Jambi's places in the centre."""
    assert centre.jcoc("city", "load").returncode == 0


@pytest.fixture(scope="session")
def device(centre: Centre, city: None) -> str:
    """The token of a device that may send the sensors uji-sungai, uji-gas and uji-sepi."""
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


OFFICERS = """
from jcoc.people.services import add_account
for number in range({first}, {first} + 10):
    add_account(f"petugas-{{number}}", {password!r}, ["operator"])
"""


@pytest.fixture(scope="session")
def officers(centre: Centre, city: None) -> Callable[[], str]:
    """Names an account that may write field notes and that nobody used before."""
    numbers = itertools.count()

    def name() -> str:
        number = next(numbers)
        if number % 10 == 0:
            code = OFFICERS.format(first=number, password=PASSWORD)
            done = centre.jcoc("manage", "shell", "-c", code)
            assert done.returncode == 0, done.stderr
        return f"petugas-{number}"

    return name


@pytest.fixture
def phone_of(centre: Centre, chromium: Any) -> Iterator[Callable[..., Phone]]:
    contexts = []

    def make(username: str, width: int = 360, language: str = "id") -> Phone:
        context = chromium.new_context(viewport={"width": width, "height": 740}, locale="id-ID")
        contexts.append(context)
        name, _, value = log_in(centre.url, username).partition("=")
        cookies = [{"name": name, "value": value, "url": centre.url}]
        if language != "id":
            cookies.append({"name": "django_language", "value": language, "url": centre.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return Phone(centre, context, page)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(phone_of: Callable[..., Phone], officers: Callable[[], str]) -> Phone:
    made = phone_of(officers())
    made.open(ADD)
    made.ready()
    return made
