"""A spreadsheet on its whole way in the browser: template, faults by cell, mended, kept, seen as handed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from browser.accessible import faults
from support import Centre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("centre")]

SIZES, LANGUAGES = ((360, 740), (1920, 1080)), ("id", "en")
INDICATORS = """
from django.utils import timezone
from jcoc.indicators.declaration import Direction, Entered, Indicator, PlaceLevel
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.words import Words
declare("uji-serah", [Indicator(
    code=f"uji-serah-{width}-{language}",
    name=Words(f"Sampah uji {width} {language}", f"Waste trial {width} {language}"),
    method=Words("Ditimbang", "Weighed"), unit="t", direction=Direction.LOWER, period=PeriodType.MONTH,
    dimension="environment", sub_dimension="waste", owner="Dinas Uji", source=Entered(), levels=(PlaceLevel.KELURAHAN,),
) for width in (360, 1920) for language in ("id", "en")], today=timezone.localdate())
"""
WORDS = {
    "id": {
        "template": "Unduh templat", "send": "Kirim dan lihat", "keep": "Simpan semuanya", "choose": "Pilih berkas",
        "entered": "diserahkan perangkat daerah",
    },
    "en": {
        "template": "Download the template", "send": "Send it and look", "keep": "Keep all of it",
        "choose": "Choose a file", "entered": "handed in by the agency",
    },
}  # fmt: skip


#: While a message rises it is paler than it will be.
RISEN = """() => Promise.all(
  [...document.querySelectorAll(".toast")].flatMap((toast) => toast.getAnimations()).map((each) => each.finished)
).then(() => true)"""


@pytest.fixture(scope="module")
def indicators(centre: Centre, city: None) -> None:
    done = centre.jcoc("manage", "shell", "-c", INDICATORS)
    assert done.returncode == 0, done.stderr


def fill(template: Path, to: Path, *, wrong: bool) -> dict[str, str]:
    """Numbers for every kelurahan in the oldest two months; and which cells are wrong, with what stands there."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    assert sheet.max_row == 4 + 68
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, 4).value, sheet.cell(row, 5).value = row, row / 4
    found = {}
    if wrong:
        sheet["D6"], sheet["D8"], sheet["E10"] = "=D5*2", "dua puluh", "7 ton"
        sheet["B12"] = sheet["B13"].value
        sheet.merge_cells("D15:E15")
        found = {
            "D6": "=D5*2", "D8": "dua puluh", "E10": "7 ton", "A12": str(sheet["A12"].value), "D15": "15",
        }  # fmt: skip
    book.save(to)
    return found


@pytest.mark.usefixtures("indicators")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_from_the_template_to_the_indicators_page(
    page_as: Callable[..., Any], centre: Centre, tmp_path: Path, size: tuple[int, int], language: str
) -> None:  # fmt: skip
    code, words = f"uji-serah-{size[0]}-{language}", WORDS[language]
    page = page_as("kepala-uji", *size, language)

    def begin() -> None:
        page.goto(f"{centre.url}/indicators/import/")
        page.locator(f"input[name=indicators][value={code}]").check()

    def send(file: Path) -> None:
        begin()
        page.locator("input[type=file]").set_input_files(file)
        assert page.locator(".upload-name").inner_text() == file.name
        page.get_by_role("button", name=words["send"]).click()
        page.wait_for_url("**/indicators/import/*-*/")

    begin()
    assert page.get_by_text(words["choose"]).is_visible()
    assert not faults(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=words["template"]).click()
    template = tmp_path / "template.xlsx"
    download.value.save_as(template)

    wrong = fill(template, tmp_path / "salah.xlsx", wrong=True)
    send(tmp_path / "salah.xlsx")
    rows = page.locator("[aria-labelledby=findings-title] tbody tr").all()
    told = {row.locator("a").inner_text(): row.locator(".sheet-found").inner_text() for row in rows}
    assert told == wrong
    for cell in wrong:
        assert page.locator(f"td#{cell}").get_attribute("data-mark") == "fault"
        assert page.locator(f"a[href='#{cell}']").count() == 1
    assert page.locator("td[data-mark=fault]").count() == len(wrong)
    assert page.get_by_role("button", name=words["keep"]).count() == 0
    assert not faults(page)
    page.goto(f"{centre.url}/indicators/{code}/")
    assert page.locator(".origin[data-origin=entered]").count() == 0, "nothing of the file was kept"

    fill(template, tmp_path / "benar.xlsx", wrong=False)
    send(tmp_path / "benar.xlsx")
    assert page.locator("[aria-labelledby=findings-title]").count() == 0
    assert page.locator("td[data-mark=new]").count() >= 68
    assert not faults(page)
    page.get_by_role("button", name=words["keep"]).click()
    page.wait_for_load_state("load")
    assert page.locator(".notice[data-level=success]").first.inner_text().startswith("136")
    page.evaluate(RISEN)
    assert not faults(page)

    page.goto(f"{centre.url}/indicators/{code}/")
    page.wait_for_load_state("load")
    origins = page.locator(".origin[data-origin=entered]")
    assert words["entered"] in origins.first.inner_text()
    assert page.locator(".origin:not([data-origin=entered])").count() == 0
    assert not faults(page)
