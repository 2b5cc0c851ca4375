"""From the list of indicators down to the readings of a kelurahan: phone and large screen, both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from browser.accessible import faults
from support import Centre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("centre")]

CODE = "uji-muka-air"
DECLARED = f"""
register = "uji-layar"

[[indicator]]
code = "{CODE}"
name = {{ id = "Muka air Sungai Uji", en = "Level of the trial river" }}
method = {{ id = "Rata-rata pembacaan sebulan.", en = "The mean of a month's readings." }}
unit = "cm"
direction = "lower"
period = "month"
dimension = "environment"
sub_dimension = "protection"
owner = "Dinas Uji"
source = {{ kind = "streams", function = "mean", datastreams = ["uji-sungai"] }}
target_source = "Rencana uji"

[[indicator.target]]
period = "2020-01"
value = 120.0

[[indicator.target]]
period = "2035-12"
value = 60.0

"""
#: Published by the city without a target: more than the list shows of them.
FACTS = "".join(
    f"""
[[indicator]]
code = "uji-fakta-{n}"
name = {{ id = "Fakta uji {n}", en = "Trial fact {n}" }}
method = {{ id = "Angka yang diterbitkan.", en = "A published figure." }}
unit = "{{report}}"
direction = "neither"
period = "year"
dimension = "environment"
sub_dimension = "protection"
owner = "Dinas Uji"
source = {{ kind = "entered" }}
levels = ["kota"]
"""
    for n in range(5)
)


@pytest.fixture(scope="module")
def months(centre: Centre, device: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The codes of three months that a kelurahan has values of; of the newest a late reading made a second revision."""
    file = tmp_path_factory.mktemp("declared") / "indicators.toml"
    file.write_text(DECLARED + FACTS)
    done = centre.jcoc("indicators", "register", str(file))
    assert done.returncode == 0, done.stderr
    first = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    days = []
    for _ in range(3):
        first = (first - timedelta(days=1)).replace(day=1)
        days.append(first)
    days.reverse()
    for n, month in enumerate(days):
        readings = [(month + timedelta(days=2 + k, hours=k % 24), 100.0 + 10 * n + k) for k in range(24)]
        centre.send(device, [("uji-sungai", at, value) for at, value in readings])
    _recompute(centre, days[0])
    centre.send(device, [("uji-sungai", days[-1] + timedelta(days=4, minutes=30), 180.0)])
    _recompute(centre, days[0])
    return [f"{day:%Y-%m}" for day in days]


def _recompute(centre: Centre, first: datetime) -> None:
    done = centre.jcoc("indicators", "recompute", "--code", CODE, "--from", f"{first:%Y-%m-%d}")
    assert done.returncode == 0, done.stdout + done.stderr


WORDS = {
    "id": ("Perjalanan nilai", "Tampilkan baris", "Revisi"),
    "en": ("Course", "Show the rows", "Revisions"),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1920], ids=lambda width: f"{width}px")
def test_down_to_the_readings(
    page_as: Callable[..., Any], centre: Centre, months: list[str], width: int, language: str
) -> None:
    """As nobody on the phone, as staff on the large screen."""
    size = (width, 740) if width < 400 else (width, 1080)
    page = page_as("" if width < 400 else "kepala-uji", *size, language)
    course, rows, revisions = WORDS[language]

    page.goto(f"{centre.url}/indicators/")
    assert page.locator("html").get_attribute("lang") == language
    assert not faults(page)
    section = page.locator('.indicator-group[data-dimension="environment"]')
    folded = section.locator(".indicator-fold")
    assert not folded.locator("ul").is_visible()
    folded.locator("summary").click()
    assert folded.locator("ul").is_visible()
    assert not faults(page)
    section.locator(f'a[href$="/indicators/{CODE}/"]').click()

    page.wait_for_url(f"**/indicators/{CODE}/")
    assert not faults(page)
    assert page.locator(f"svg.course-{'narrow' if width < 400 else 'wide'} .ahead").is_visible()
    untold = page.locator(".place-untold")
    untold.locator("summary").click()
    assert "Aur Kenali" in untold.inner_text()
    assert not faults(page)

    page.select_option("#period", months[0])
    page.wait_for_url(re.compile(rf"period={months[0]}"))
    assert page.locator("#period").input_value() == months[0]
    page.select_option("#period", months[-1])
    page.wait_for_url(re.compile(rf"period={months[-1]}"))

    line = page.locator(".place-table tr:not(.row-lead)").filter(has=page.locator("td.number")).first
    name = line.locator("th strong").inner_text()
    assert not page.evaluate(BROKEN)
    line.get_by_role("link", name=course).click()
    page.wait_for_url(re.compile(r"place="))
    assert name in page.locator("#course-title").inner_text()
    assert not faults(page)

    page.get_by_role("link", name=rows, exact=True).click()
    page.wait_for_url(re.compile(rf"/rows/.*{months[-1]}"))
    assert page.locator(".indicator-rows tbody tr").count() == 25
    assert "180" in page.locator(".indicator-rows table").inner_text()
    assert not faults(page)

    page.go_back()
    page.get_by_role("link", name=revisions, exact=True).first.click()
    page.wait_for_url(re.compile(rf"/revisions/.*{months[-1]}"))
    assert page.locator(".revision-steps > li").count() == 2
    assert not faults(page)


#: Places whose name is broken inside a word: a line of it begins in the middle of one.
BROKEN = """() => [...document.querySelectorAll('.place-table th strong')].filter(name => {
  const text = name.firstChild, range = document.createRange();
  const line = at => {
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().top;
  };
  for (let at = 1; at < text.length; at++)
    if (text.data[at - 1] !== ' ' && text.data[at] !== ' ' && Math.abs(line(at) - line(at - 1)) > 2) return true;
  return false;
}).map(name => name.textContent)"""


def test_a_day_of_many_years_is_asked_for_by_its_date(
    page_as: Callable[..., Any], centre: Centre, months: list[str]
) -> None:
    done = centre.jcoc("manage", "shell", "-c", DAYS)
    assert done.returncode == 0, done.stderr
    page = page_as("", 360, 740, "en")
    page.goto(f"{centre.url}/indicators/uji-harian/")
    assert not faults(page)
    assert page.locator("select").count() == 0
    page.fill("#period", "2020-02-29")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("period=2020-02-29"))
    assert "29 February 2020" in page.locator("#places-title").inner_text()
    assert page.locator(".place-table tr:not(.row-lead) td.number").inner_text().startswith("7.0")
    assert not faults(page)


DAYS = """
from datetime import date, timedelta
from django.utils import timezone
from jcoc.city.models import Place
from jcoc.indicators.declaration import Direction, Entered, Indicator
from jcoc.indicators.models import Cause, Indicator as Kept, Origin
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
declare("uji-harian", [Indicator(
    code="uji-harian", name=Words("Uji harian", "Daily trial"), method=Words("Cara uji", "Trial method"), unit="mm",
    direction=Direction.NEITHER, period=PeriodType.DAY, dimension="living", sub_dimension="spatial_harmony",
    owner="BPBD", source=Entered(),
)], today=timezone.localdate())
kept, places = Kept.objects.get(code="uji-harian"), [Place.objects.get(code="15.71.01.1001")]
keep([NewValue(indicator=kept, place=place, period=kept.period_of(day), value=7.0, origin=Origin.ENTERED,
    cause=Cause.IMPORTED) for place in places
    for day in (date(2016, 1, 1), date(2020, 2, 28), date(2020, 2, 29), date(2024, 12, 31))])
"""
