"""The leader's page in the browser: no accessibility fault, and on a screen of the centre nothing to scroll."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.accessible import faults
from support import Centre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("centre")]

FIGURES = """
from django.utils import timezone
from jcoc.city.models import Place
from jcoc.indicators.declaration import Direction, Entered, Indicator, Target
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.indicators.models import Cause, Indicator as Kept, Origin
from jcoc.indicators.periods import PeriodType, containing, following
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
today = timezone.localdate()
declare("uji-pimpinan", [Indicator(
    code=f"uji-pimpinan-{n}",
    name=Words(f"Indikator uji {n} bernama panjang untuk kota", f"Trial indicator {n} of the city, with a long name"),
    method=Words("Cara uji", "Trial method"), unit="%", direction=Direction.HIGHER, period=PeriodType.MONTH,
    dimension=DIMENSIONS[n % 6].code, sub_dimension=DIMENSIONS[n % 6].sub_dimensions[0], owner="Dinas Uji",
    source=Entered(), targets=(Target("2020-01", 90),), target_source="Rencana uji",
) for n in range(36)], today=today)
city, last = Place.objects.get(level="kota"), following(containing(PeriodType.MONTH, today), -1)
keep([NewValue(
    indicator=kept, place=city, period=following(last, -k - 5 * (n % 4 == 0)), value=60.0 + (n * 7 + k * k) % 40,
    origin=list(Origin)[n % 5], cause=Cause.IMPORTED, provisional=n % 2 == 0, source_name="Sumber uji",
) for n, kept in enumerate(Kept.objects.filter(declared_by="uji-pimpinan")) if n % 9 for k in range(8)])
"""


@pytest.fixture(scope="module")
def figures(centre: Centre, city: None) -> None:
    done = centre.jcoc("manage", "shell", "-c", FIGURES)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "size",
    [(360, 740), (1280, 720), (1366, 768), (1440, 900), (1920, 1080)],
    ids=lambda size: f"{size[0]}px",
)
def test_the_page_is_accessible_and_fits(
    page_as: Callable[..., Any], centre: Centre, figures: None, size: tuple[int, int], language: str
) -> None:
    page = page_as("kepala-uji", *size, language)
    for query in ("", "?since=year"):
        page.goto(f"{centre.url}/leader/{query}")
        page.wait_for_load_state("load")
        assert page.locator("html").get_attribute("lang") == language
        assert not faults(page)
        assert page.locator(".leader-row:visible").count() > 6
        assert page.evaluate(CUT) == []
        if size[0] > 1200:
            assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
            assert page.evaluate(IDLE) == []
        assert page.evaluate(SAID) == []
    page.goto(f"{centre.url}/leader/")
    page.locator(".leader-moved .side-head a").click()
    page.wait_for_url("**show=moved")
    assert page.locator(".leader-row:visible").count() > 16
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not faults(page)


def test_a_row_that_is_cut_is_seen(page_as: Callable[..., Any], centre: Centre, figures: None) -> None:
    page = page_as("kepala-uji", 1366, 768)
    page.goto(f"{centre.url}/leader/")
    page.wait_for_load_state("load")
    for part, style, value in (
        (".leader-behind .leader-marks", "height", "6rem"),
        (".leader-row", "marginBottom", "-2rem"),
        (".leader-what", "width", "6rem"),
        (".leader-tile", "maxHeight", "3.5rem"),
        (".leader-behind", "marginBottom", "-3rem"),
    ):
        page.reload()
        page.wait_for_load_state("load")
        page.evaluate(BREAK, [part, style, value])
        assert page.evaluate(CUT), part


BREAK = """([part, style, value]) => {
  for (const each of document.querySelectorAll(part)) each.style[style] = value;
}"""

#: Rows and tiles of which something lies outside of them, of their list, of what clips them, or below the screen
#: where nothing scrolls; and those that run into one another or into a head.
CUT = """() => {
  const found = [];
  const box = each => each.getBoundingClientRect();
  const say = (each, why) => {
    const list = each.closest('section').className, words = each.textContent.trim().replace(/\\s+/g, ' ');
    found.push(`${list}, ${each.className} of ${box(each).height} px, ${why}: ${words.slice(0, 60)}`);
  };
  const within = (a, b) =>
    a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left >= b.left - 1 && a.right <= b.right + 1;
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const shown = [...document.querySelectorAll('.leader-row, .leader-tile')].filter(each => each.checkVisibility());
  const heads = [...document.querySelectorAll('.side-head')].filter(each => each.checkVisibility());
  for (const each of shown) {
    for (const part of each.querySelectorAll('b, span:not(.vh), em, svg, p'))
      if (box(part).width && !within(box(part), box(each))) say(each, part.className + ' outside');
    for (const mark of each.querySelectorAll('.leader-marks > *'))
      if (mark.scrollWidth > mark.clientWidth || !within(box(mark), box(mark.closest('.leader-what'))))
        say(each, 'mark');
    for (let up = each.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowY !== 'visible' && !within(box(each), box(up))) say(each, 'clipped');
    if ([...shown, ...heads].some(other => other !== each && meet(box(each), box(other)))) say(each, 'upon another');
  }
  return found;
}"""

#: Lists with more rows than are shown, and room for another.
IDLE = """() => [...document.querySelectorAll('.leader-rows')].filter(list => list.checkVisibility()).filter(list => {
  const rows = [...list.children], shown = rows.filter(row => row.checkVisibility());
  if (!shown.length || shown.length === rows.length) return false;
  const last = shown.at(-1).getBoundingClientRect();
  return list.getBoundingClientRect().bottom - last.bottom > last.height;
}).map(list => list.parentElement.className)"""

#: Lists of which rows are hidden, and whose link says another number than is shown.
SAID = """() => [...document.querySelectorAll('[data-some]')].filter(link => link.checkVisibility()).filter(link => {
  const rows = [...link.closest('section').querySelectorAll('.leader-row')];
  const shown = rows.filter(row => row.checkVisibility()).length;
  const numbers = link.textContent.match(/\\d+/g).map(Number);
  return shown === Number(link.dataset.total) ? numbers.length > 1 : numbers[0] !== shown || numbers.length < 2;
}).map(link => link.textContent)"""
