"""What the script of a sensor's page makes of the answers it gets; no server runs, the answers are the test's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from jcoc.telemetry.messages import sensor_messages
from jcoc.web.assets import DIST
from web.fake_stream import STREAM, becomes, send

pytestmark = pytest.mark.browser

BASE = "http://sensor.test"
HOUR = 3_600_000
NOW = int(time.time() * 1000)


class Sensor:
    """A sensor's page whose server is this object."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[dict[str, list[str]]] = []
        self.latest = [NOW, 140.5, 0]
        page.set_default_timeout(30_000)
        page.add_init_script(STREAM)
        page.route("**/*", self.answer)

    def html(self, **datastream: Any) -> str:
        with translation.override("id"):
            config = {
                "lang": "id",
                "datastream": {"id": 1, "unit": "cm", "low": 0, "high": 400, "gap_s": 300, "quality": 0} | datastream,
                "now": NOW,
                "last_event_id": "boot-1",
                "end": "2026-11-24",
                "urls": {"series": "/series.json", "csv": "/csv", "json": "/json", "live": "/live?datastreams=1"},
                "messages": sensor_messages(),
            }  # fmt: skip
            named = SimpleNamespace(name="Uji")
            context = {
                "config": config,
                "state": "normal",
                "latest": None,
                "datastream": SimpleNamespace(
                    name="Tinggi air", code="uji", dimension="living", origin="simulated", thing=named, sensor=named,
                    observed_property=named, unit_symbol="cm",
                ),
                "request": RequestFactory().get("/sensors/uji/"),
            }  # fmt: skip
            return render_to_string("telemetry/sensor_page.html", context)

    def answer(self, route: Any) -> None:
        url = urlsplit(route.request.url)
        if url.path == "/sensors/uji/":
            route.fulfill(body=self.page_html, content_type="text/html; charset=utf-8")
        elif url.path.startswith("/static/dist/"):
            route.fulfill(path=DIST / url.path.rsplit("/", 1)[1])
        elif url.path == "/series.json":
            self.asked.append(parse_qs(url.query))
            route.fulfill(json=self.series())
        else:
            route.fulfill(json={})

    def series(self) -> dict[str, Any]:
        one = [self.latest[1]]
        return {
            "range": "day", "bucket": "raw", "unit": "cm", "start": NOW - 24 * HOUR, "end": NOW, "t": [NOW - HOUR],
            "avg": one, "min": one, "max": one, "count": [1], "quality": [0], "latest": self.latest,
        }  # fmt: skip

    def open(self, **datastream: Any) -> Any:
        self.page_html = self.html(**datastream)
        self.page.goto(f"{BASE}/sensors/uji/")
        becomes(self.page, "window.stream")
        send(self.page, "hello", t=NOW)
        return self.page


@pytest.fixture
def sensor(chromium: Any) -> Iterator[Sensor]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
    yield Sensor(context.new_page())
    context.close()


def test_a_sensor_turns_silent_on_its_page_by_time_alone(sensor: Sensor) -> None:
    sensor.latest = [NOW - 299_000, 140.5, 0]
    page = sensor.open()
    page.locator("#state").get_by_text("biasa").wait_for()
    page.locator("#state").get_by_text("senyap").wait_for(timeout=15_000)


def test_a_flag_that_came_before_the_page_stays_on_it(sensor: Sensor) -> None:
    sensor.latest = [NOW, 140.5, 1]
    page = sensor.open(quality=1)
    page.locator("#state").get_by_text("periksa").wait_for()


def test_after_a_restart_of_the_server_the_newest_reading_is_fetched(sensor: Sensor) -> None:
    page = sensor.open()
    page.locator("#value", has_text="140,5").wait_for()
    sensor.latest = [NOW + 1000, 222.25, 0]
    send(page, "resync", t=NOW)
    page.locator("#value", has_text="222,3").wait_for()


def test_a_reading_that_comes_in_is_shown(sensor: Sensor) -> None:
    page = sensor.open()
    assert page.evaluate("stream.url") == "/live?datastreams=1&last_event_id=boot-1"
    send(page, "frame", t=NOW, n=[[2, NOW + 1, 999, 0], [1, NOW + 1, 333.3, 4]])
    page.locator("#value", has_text="333,3").wait_for()
    page.locator("#state").get_by_text("periksa").wait_for()


def test_a_lost_line_is_said_and_not_taken_for_a_silent_sensor(sensor: Sensor) -> None:
    sensor.latest = [NOW - 280_000, 140.5, 0]
    page = sensor.open()
    page.locator("#age", has_text="lalu").wait_for()
    page.evaluate("stream.dispatchEvent(new Event('error'))")
    page.locator("#age", has_text="Sambungan putus").wait_for()
    assert page.locator("#state").inner_text() == "biasa"


def test_the_present_day_is_the_last_24_hours_and_says_so(sensor: Sensor) -> None:
    page = sensor.open()
    page.locator("#chart-span", has_text="24 jam sampai").wait_for()
    assert sensor.asked[0] == {"range": ["day"]}
    assert page.locator("#later").is_disabled()
    before = page.locator("#end").input_value()
    page.locator("#earlier").click()
    page.locator("#later:not([disabled])").wait_for()
    assert page.locator("#end").input_value() < before
    assert sensor.asked[-1]["end"] == [page.locator("#end").input_value()]
    page.locator("#chart-span", has_not_text="24 jam").wait_for()
