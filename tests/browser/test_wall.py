"""The wall as an operator uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from support import Centre

pytestmark = pytest.mark.browser


def test_a_reading_that_comes_in_is_on_the_wall_without_a_reload(
    page_as: Callable[..., Any], centre: Centre, device: str
) -> None:
    page = page_as("operator-uji", 1920, 1080)
    page.get_by_text("Sungai Uji").first.wait_for()
    centre.send(device, [("uji-sungai", datetime.now(UTC), 273.5)])
    page.get_by_text("273,5").first.wait_for(timeout=10_000)


def test_a_value_outside_its_limits_is_named_with_shape_and_word(
    page_as: Callable[..., Any], centre: Centre, device: str
) -> None:
    page = page_as("operator-uji", 1920, 1080)
    centre.send(device, [("uji-gas", datetime.now(UTC), 88.25)])
    row = page.locator(".attention").get_by_text("Metana, sumur uji").first
    row.wait_for(timeout=10_000)
    page.get_by_text("periksa").locator("visible=true").first.wait_for()
    centre.send(device, [("uji-gas", datetime.now(UTC), 47.5)])
    row.wait_for(state="detached", timeout=10_000)


def test_simulated_data_is_marked(page_as: Callable[..., Any]) -> None:
    page = page_as("operator-uji", 1920, 1080)
    page.get_by_text("DATA SIMULASI").first.wait_for()


def test_a_lost_connection_is_said_and_mended(
    page_as: Callable[..., Any], centre: Centre, device: str
) -> None:
    page = page_as("operator-uji", 1920, 1080)
    page.get_by_text("Sungai Uji").first.wait_for()
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.locator("#age[data-fresh=lost]").wait_for(timeout=40_000)
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    centre.send(device, [("uji-sungai", datetime.now(UTC), 199.75)])
    page.get_by_text("199,75").or_(page.get_by_text("199,8")).first.wait_for(timeout=40_000)


def test_sensors_are_reached_by_keyboard(page_as: Callable[..., Any]) -> None:
    page = page_as("operator-uji", 1366, 768)
    page.get_by_text("Sungai Uji").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("simpang uji")
    page.get_by_role("dialog").get_by_text("Lalu lintas, simpang uji").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").first.wait_for(state="hidden")


def test_a_screen_opens_with_a_link_shows_the_wall_and_closes_when_revoked(
    page_as: Callable[..., Any], centre: Centre
) -> None:
    office = page_as("kepala-uji")
    office.goto(f"{centre.url}/kiosk/")
    office.fill("[name=name]", "Layar uji")
    office.locator("main form:has([name=name]) button[type=submit]").click()
    address = office.get_by_text("/kiosk/").first.inner_text().strip()
    secret = address.rsplit("/kiosk/", 1)[1]
    assert office.locator("svg").count() > 0
    screen = page_as("", 1920, 1080)
    screen.goto(f"{centre.url}/kiosk/{secret}")
    screen.wait_for_url("**/wall/")
    screen.get_by_text("Sungai Uji").first.wait_for()
    assert screen.goto(f"{centre.url}/accounts/").status == 403
    office.goto(f"{centre.url}/kiosk/")
    row = office.get_by_role("row", name="Layar uji")
    row.get_by_role("button").click()
    office.get_by_role("dialog").locator("button[type=submit]").click()
    row.get_by_text("dicabut").wait_for()
    screen.goto(f"{centre.url}/wall/")
    screen.wait_for_url("**/login/**")


def test_the_language_is_changed_and_stays(page_as: Callable[..., Any], centre: Centre) -> None:
    page = page_as("", 360, 740)
    page.goto(centre.url)
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state("load")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(f"{centre.url}/login/")
    assert page.locator("html").get_attribute("lang") == "en"
