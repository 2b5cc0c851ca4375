"""The pages about programmes, and that of the air, as they look: what is kept out, numbered steps, a city's air."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from browser import accessible
from contract.packages import Package, beside
from support import Centre, log_in, set_up

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Two that are kept out, one of them with a long word of Python's and one with a list of what may be used.
KEPT_OUT = (
    Package("torn_models", {"models.py": f"raise RuntimeError('{'half-way-' * 12}')\n"}),
    Package("torn_alerts", changes=(("programme.py", "owner=OPERATOR", 'owner="mayor"'),)),
)
STATIONS = """
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
codes = []
for number in range(3):
    code = f"air-{number}"
    register_thing(code, f"Stasiun udara uji nomor {number}", [NewDatastream(
        code=code, name="PM2.5", observed_property="PM2.5", unit_symbol="µg/m³", dimension="environment",
        origin="simulated", origin_note="Data uji", lowest=0, highest=500, audience="public",
    )], point=(103.6, -1.61))
    codes.append(code)
print("TOKEN", issue_token("air", codes)[1])
"""
#: µg/m³ of the three stations: good, very unhealthy, and one with too few hours.
LEVELS = (12.0, 180.0, 40.0)
PAGES = {
    "kepala": ("/programmes/", "/programmes/market/", "/programmes/air_quality/"),
    "": ("/programmes/air_quality/now/?days=7", "/programmes/air_quality/now/?days=8"),
}


@pytest.fixture(scope="module")
def programmes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    site = tmp_path_factory.mktemp("site")
    for package in (Package("market"), *KEPT_OUT):
        package.write(site)
    with Centre(set_up(tmp_path_factory.mktemp("centre")), environment=beside(site)).started() as centre:
        centre.add_account("kepala", "administrator")
        _measure(centre)
        yield centre


def _measure(centre: Centre) -> None:
    done = centre.jcoc("manage", "shell", "-c", STATIONS)
    assert done.returncode == 0, done.stderr
    token = done.stdout.split("TOKEN ")[1].split()[0]
    now = datetime.now(UTC)
    for hour in range(72):
        at = now - timedelta(hours=hour)
        sent = [(f"air-{n}", at, level) for n, level in enumerate(LEVELS) if n < 2 or hour < 3]
        centre.send(token, sent, first=not hour)


@pytest.fixture
def visit(programmes: Centre, chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page at a size, in a language, for an account or for nobody."""
    contexts = []
    cookies = {"": "", "kepala": log_in(programmes.url, "kepala")}

    def opened(username: str, width: int, language: str) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900})
        kept = [("django_language", language)]
        if cookies[username]:
            name, _equals, value = cookies[username].partition("=")
            kept.append((name, value))
        context.add_cookies([{"name": name, "value": value, "url": programmes.url} for name, value in kept])
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1920])
def test_pages_have_no_accessibility_fault_and_fit(
    programmes: Centre, visit: Callable[..., Any], width: int, language: str
) -> None:
    faults: list[str] = []
    for username, paths in PAGES.items():
        page = visit(username, width, language)
        page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        for path in paths:
            page.goto(programmes.url + path)
            page.wait_for_load_state("load")
            assert page.locator("html").get_attribute("lang") == language
            faults += accessible.faults(page)
    assert not faults, "\n".join(faults)


def test_what_is_kept_out_is_named_with_the_way_to_mend_it(
    programmes: Centre, visit: Callable[..., Any]
) -> None:
    page = visit("kepala", 360, "id")
    page.goto(programmes.url + "/programmes/")
    told = page.get_by_role("group", name="Tidak dijalankan").inner_text()
    for text in ("torn_models", "models.py", "torn_alerts", "alerts[loud].owner", "“mayor” tidak dikenal."):
        assert text in told
    assert page.get_by_role("link", name="Pasar rakyat").is_visible()


@pytest.mark.parametrize("width", [360, 1920])
def test_a_procedure_is_numbered_and_says_who_acts_and_when(
    programmes: Centre, visit: Callable[..., Any], width: int
) -> None:
    page = visit("kepala", width, "en")
    page.goto(programmes.url + "/programmes/air_quality/")
    page.get_by_role("link", name="In thick haze").click()
    steps = page.get_by_role("region", name="Procedure: In thick haze").get_by_role("listitem")
    assert steps.count() == 8
    assert steps.first.inner_text().split(":")[0] == "Shift lead, within 10 min"
    assert "Call the leader and the health agency" in steps.first.inner_text()
    marker = steps.first.evaluate(
        "step => [getComputedStyle(step).listStyleType, getComputedStyle(step).display]"
    )
    assert marker == ["decimal", "list-item"]
    duty, said = (
        steps.first.locator(".step-duty").bounding_box(),
        steps.first.locator(".step > span").last.bounding_box(),
    )
    beside = said["x"] >= duty["x"] + duty["width"]
    assert beside is (width == 1920)


def test_the_worst_station_leads_the_page_of_the_air(programmes: Centre, visit: Callable[..., Any]) -> None:
    page = visit("", 360, "en")
    page.goto(programmes.url + "/programmes/air_quality/now/")
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("Very unhealthy: ISPU ")
    rows = page.get_by_role("table").first.get_by_role("row")
    assert "Stasiun udara uji nomor 1" in rows.nth(0).inner_text()
    assert "3 of 24 hours" in rows.nth(2).inner_text()
    cell = rows.nth(0).locator("[data-label=ISPU]")
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"ISPU"'
