"""What the pages of the outbox show, on a phone and on a desk, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser.accessible import faults
from browser.field_phone import ADD, LIST, Phone, stored
from support import Centre

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1920])
def test_a_conflict_is_shown_and_the_choice_holds(
    phone_of: Callable[..., Phone], officers: Callable[[], str], centre: Centre, width: int, language: str
) -> None:
    text = f"Gorong-gorong {width} {language}"
    mine = phone_of(officers(), width, language)
    mine.open(ADD)
    mine.write(text)
    mine.page.wait_for_url(f"**{LIST}")
    (row,) = stored(centre, text)
    mine.open(f"{LIST}{row['id']}/")
    mine.context.set_offline(True)
    mine.write(f"{text}, mampat", urgency="low")
    mine.page.locator("#unsent-link [data-count]", has_text="1").wait_for()

    theirs = phone_of(officers())
    theirs.open(f"{LIST}{row['id']}/")
    theirs.write(f"{text}, sudah dikeruk", urgency="medium")
    theirs.page.wait_for_url(f"**{LIST}")

    mine.context.set_offline(False)
    mine.open("/unsent/")
    mine.unsent().locator("[data-sending=conflict]").wait_for()
    assert [(r["text"], r["urgency"]) for r in stored(centre, text)] == [(f"{text}, sudah dikeruk", "medium")]
    mine.unsent().locator("[data-act=compare]").click()
    dialog = mine.page.locator("#offline-compare")
    assert dialog.locator("[data-mine]").all_inner_texts()[0] == f"{text}, mampat"
    assert dialog.locator("[data-theirs]").all_inner_texts()[0] == f"{text}, sudah dikeruk"
    assert faults(mine.page) == []
    dialog.locator("[name=choice-text][value=theirs]").check()
    dialog.locator("[value=save]").click()
    mine.unsent().locator("[data-sending=stored]").wait_for()
    (now,) = stored(centre, text)
    assert (now["text"], now["urgency"], now["version"]) == (f"{text}, sudah dikeruk", "low", 3)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1920])
def test_the_pages_have_no_accessibility_fault_and_fit(
    phone_of: Callable[..., Phone], officers: Callable[[], str], width: int, language: str
) -> None:
    phone = phone_of(officers(), width, language)
    phone.open(ADD)
    phone.ready()
    assert faults(phone.page) == []
    phone.context.set_offline(True)
    phone.write("Untuk diperiksa")
    phone.page.locator("#unsent-link [data-count]", has_text="1").wait_for()
    phone.open("/unsent/")
    phone.unsent().wait_for()
    assert faults(phone.page) == []
    phone.context.set_offline(False)
    for path in ("/field-phones/", LIST):
        phone.open(path)
        assert faults(phone.page) == []
