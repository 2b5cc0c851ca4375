"""What the wall's script makes of the answers it gets; no server runs, the answers are the test's own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.operations.wall.messages import wall_messages
from jcoc.web.assets import DIST
from jcoc.web.middleware import POLICY
from support import until
from web.fake_stream import STREAM, becomes, send

pytestmark = pytest.mark.browser

BASE = "http://wall.test"
MINUTE = 60_000
NOW = int(time.time() * 1000)
#: name, dimension, origin, high, minutes since the newest reading, value, quality
SENSORS = [
    ("Sungai tinggi", "living", "simulated", 300, 0.2, 325.5, 1),
    ("Gas tenang", "environment", "measured", 60, 0.3, 41.25, 0),
    ("Pasar senyap", "economy", "simulated", None, 14, 90.0, 0),
    ("Udara datar", "environment", "simulated", 55, 0.1, 18.0, 4),
    ("Loket baru", "governance", "simulated", None, None, None, 0),
]


def state() -> dict[str, Any]:
    names, dimensions, origins, highs, minutes, values, qualities = zip(*SENSORS, strict=True)
    ids = list(range(1, len(SENSORS) + 1))
    return {
        "t": NOW,
        "last_event_id": "boot-1",
        "page": "one",
        "day": "2026-11-24",
        "sensors": {
            "id": ids,
            "code": [f"s-{pk}" for pk in ids],
            "name": names,
            "thing": [f"Tempat {pk}" for pk in ids],
            "property": names,
            "unit": ["cm"] * len(ids),
            "dimension": dimensions,
            "lon": [103.6 + pk / 100 for pk in ids],
            "lat": [-1.6] * len(ids),
            "origin": origins,
            "low": [0] * len(ids),
            "high": highs,
            "gap_s": [300] * len(ids),
        },
        "latest": {
            "time": [None if m is None else NOW - int(m * MINUTE) for m in minutes],
            "value": values,
            "quality": qualities,
            "count": [1000] * len(ids),
        },
    }


def stream(*readings: list[Any]) -> str:
    frame = json.dumps({"t": NOW, "n": readings})
    return f'event: hello\ndata: {{"t":{NOW},"interval":100}}\n\nevent: frame\nid: boot-2\ndata: {frame}\n\n'


class Wall:
    """A page on the wall whose server is this object."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.live: tuple[int, str] = (200, stream())
        self.state = state()
        self.asked: list[str] = []
        self.page_html = self.html()
        page.route("**/*", self.answer)

    def html(self, revision: str = "one") -> str:
        urls = {
            "state": "/wall/state.json", "spark": "/wall/spark.json", "live": "/live", "sensor": "/sensors/{code}/",
            "sensors": "/sensors/", "kelurahan": "/map/none", "kecamatan": "/map/none", "rivers": "/map/none",
            "sites": "/map/none",
        }  # fmt: skip
        with translation.override("id"):
            config = {
                "lang": "id",
                "page": revision,
                "city": {
                    "centre": [103.62, -1.6],
                    "bounds": [103.55, -1.65, 103.7, -1.55],
                },
                "dimensions": [{"code": d.code, "name": d.name_id, "name_en": d.name_en} for d in DIMENSIONS],
                "urls": urls,
                "messages": wall_messages(),
            }
            context = {"config": config, "city_name": "Kota Uji", "request": RequestFactory().get("/wall/")}
            return render_to_string("operations/wall.html", context)

    def answer(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        self.asked.append(route.request.url)
        if path == "/wall/":
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.page_html, content_type="text/html; charset=utf-8", headers=headers)
        elif path.startswith("/static/dist/"):
            kind = {"mjs": "text/javascript", "svg": "image/svg+xml"}.get(path.rsplit(".", 1)[1])
            route.fulfill(path=DIST / path.rsplit("/", 1)[1], **({"content_type": kind} if kind else {}))
        elif path == "/wall/state.json":
            route.fulfill(json=self.state)
        elif path == "/live":
            route.fulfill(status=self.live[0], body=self.live[1], content_type="text/event-stream")
        elif path == "/map/none":
            route.fulfill(json={"type": "FeatureCollection", "features": []})
        else:
            route.fulfill(json={})

    def open(self, *, held: bool = False) -> Any:
        """Held: the stream stays open and says what the test sends."""
        if held:
            self.page.add_init_script(STREAM)
        self.page.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation',"
            " event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
        )
        self.page.goto(f"{BASE}/wall/")
        if held:
            becomes(self.page, "window.stream")
            send(self.page, "hello", t=NOW)
        return self.page

    def count(self, path: str) -> int:
        return sum(urlsplit(url).path == path for url in self.asked)


@pytest.fixture
def wall(chromium: Any) -> Iterator[Callable[..., Wall]]:
    contexts = []

    def make(**options: Any) -> Wall:
        context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="id-ID", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return Wall(page)

    yield make
    for context in contexts:
        context.close()


def test_what_needs_attention_stands_gravest_first_with_its_reason(wall: Callable[..., Wall]) -> None:
    page = wall().open()
    page.locator(".alert").nth(2).wait_for()
    assert page.locator(".alert-name").all_inner_texts() == ["Sungai tinggi", "Udara datar", "Pasar senyap"]
    reasons = page.locator(".alert-foot span:first-child").all_inner_texts()
    assert reasons == ["periksa · di atas 300", "periksa · tidak berubah", "senyap · tak ada data masuk"]
    shapes = page.locator(".alert > svg").evaluate_all("all => all.map(one => one.innerHTML)")
    assert len(set(shapes)) == 2


def test_each_dimension_shows_a_sensor_of_its_own_or_says_there_is_none(wall: Callable[..., Wall]) -> None:
    page = wall().open()
    page.locator("#tile-living").get_by_text("325,5").wait_for()
    assert page.locator("#tile-branding").get_by_text("Belum ada sensor").is_visible()
    # The flagged one goes before the calm one, although that is measured.
    assert page.locator("#tile-environment .tile-stream").inner_text() == "Udara datar"


def test_a_frame_changes_value_and_state(wall: Callable[..., Wall]) -> None:
    opened = wall()
    opened.live = (200, stream([1, NOW, 120.25, 0], [5, NOW, 7, 0]))
    page = opened.open()
    page.locator("#tile-living").get_by_text("120,3").wait_for()
    page.locator(".alert-name", has_text="Sungai tinggi").wait_for(state="detached")
    assert page.locator("#tally-normal b").inner_text() == "3"
    assert any("last_event_id=boot-1" in url for url in opened.asked)


def test_an_older_reading_changes_nothing(wall: Callable[..., Wall]) -> None:
    opened = wall()
    opened.live = (200, stream([1, NOW - 60 * MINUTE, 5.5, 0], [2, NOW, 44.5, 0]))
    page = opened.open()
    page.locator("#readings").get_by_text("44,5").wait_for()
    assert "325,5" in page.locator("#tile-living").inner_text()


def test_a_name_from_outside_is_text_and_never_markup(wall: Callable[..., Wall]) -> None:
    opened = wall()
    opened.state["sensors"]["name"] = ["<img src=x onerror=alert(1)>", *opened.state["sensors"]["name"][1:]]
    page = opened.open()
    page.locator(".alert-name").first.wait_for()
    assert page.locator(".alert-name").first.inner_text() == "<img src=x onerror=alert(1)>"
    assert page.locator("main img").count() == 0


def test_an_ended_session_is_not_taken_for_a_broken_line(wall: Callable[..., Wall]) -> None:
    opened = wall()
    opened.live = (401, "")
    page = opened.open()
    page.locator("#age-text", has_text="Sesi ini sudah berakhir").wait_for()
    assert page.locator("#age svg").is_visible()


def test_where_nothing_is_simulated_nothing_is_marked_so(wall: Callable[..., Wall]) -> None:
    opened = wall()
    opened.state["sensors"]["origin"] = ["measured"] * len(SENSORS)
    page = opened.open()
    page.locator(".alert").first.wait_for()
    assert page.locator("#origin-banner").is_hidden()
    opened.state["sensors"]["origin"] = ["measured", "stand-in", "measured", "measured", "simulated"]
    page.reload()
    page.locator("#origin-banner", has_text="Data simulasi dan pengganti").wait_for()


def test_the_policy_is_kept_by_map_and_page(wall: Callable[..., Wall]) -> None:
    opened = wall()
    page = opened.open()
    page.locator("[data-map-ready]").wait_for(timeout=60_000)
    assert page.evaluate("window.violations") == []
    assert {urlsplit(url).netloc for url in opened.asked} == {"wall.test"}


def test_without_sensors_the_wall_says_so(wall: Callable[..., Wall]) -> None:
    opened = wall()
    for part in ("sensors", "latest"):
        opened.state[part] = {name: [] for name in opened.state[part]}
    page = opened.open()
    page.locator(".alerts-calm", has_text="Belum ada sensor").wait_for()
    page.locator("#map-note", has_text="Batas wilayah kota belum diimpor").wait_for(timeout=60_000)


def test_after_an_upgrade_the_page_is_made_anew(wall: Callable[..., Wall]) -> None:
    opened = wall()
    page = opened.open(held=True)
    page.locator(".alert").first.wait_for()
    opened.page_html = opened.html("two")
    opened.state["page"] = "two"
    with page.expect_navigation():
        send(page, "resync", t=NOW)
    page.locator(".alert").first.wait_for()
    assert opened.count("/wall/") == 2


def test_another_day_fetches_the_map_again(wall: Callable[..., Wall]) -> None:
    opened = wall()
    page = opened.open(held=True)
    page.locator("[data-map-ready]").wait_for(timeout=60_000)
    layers = opened.count("/map/none")
    send(page, "resync", t=NOW)
    opened.state["day"] = "2026-11-25"
    send(page, "resync", t=NOW)

    def again() -> bool:
        page.wait_for_timeout(50)  # lets the page's requests through
        return opened.count("/map/none") == 2 * layers

    until(again, what="the second fetch of the layers")
    assert opened.count("/wall/") == 1


def test_a_slow_city_is_not_a_broken_one(wall: Callable[..., Wall]) -> None:
    def freshness(gaps: list[int | None]) -> str:
        opened = wall()
        opened.state["latest"]["time"] = [NOW - 14 * MINUTE] * len(SENSORS)
        opened.state["sensors"]["gap_s"] = gaps
        page = opened.open(held=True)
        page.locator("#age-text", has_text="14 mnt").wait_for()
        return page.locator("#age").get_attribute("data-fresh")

    assert freshness([3600, 7200, None, 3600, 3600]) == "ok"
    assert freshness([3600, 300, None, 3600, 3600]) == "stale"
    assert freshness([None] * 5) == "ok"


def test_a_card_stays_open_over_a_new_state(wall: Callable[..., Wall]) -> None:
    opened = wall()
    page = opened.open(held=True)
    page.locator("[data-map-ready]").wait_for(timeout=60_000)
    page.locator(".alert-name", has_text="Sungai tinggi").click()
    card = page.locator("#sensor-card")
    card.get_by_text("325,5").wait_for()
    opened.state["latest"]["value"] = [111.0, *opened.state["latest"]["value"][1:]]
    send(page, "resync", t=NOW)
    card.get_by_text("111 cm").wait_for()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_who_wants_no_motion_sees_none(wall: Callable[..., Wall], motion: str) -> None:
    opened = wall(reduced_motion=motion)
    page = opened.open(held=True)
    page.locator("[data-map-ready]").wait_for(timeout=60_000)
    # What a reading's ring draws, counted where it is drawn.
    page.evaluate(
        "window.rings = 0; const made = document.getElementById('rings').getContext('2d');"
        " const drawn = made.arc.bind(made); made.arc = (...at) => { window.rings++; drawn(...at); }; void 0"
    )
    send(page, "frame", t=NOW, n=[[2, NOW, 42.25, 0]])
    page.locator("#readings").get_by_text("42,3").wait_for()
    if motion == "no-preference":
        becomes(page, "window.rings > 0")
        return
    page.evaluate(
        "new Promise(done => { let left = 20; (function step() { --left ? requestAnimationFrame(step) : done(); })() })"
    )
    assert page.evaluate("window.rings") == 0
    assert page.evaluate("document.getAnimations().length") == 0
