"""A phone in the field: the form opens without a connection, what is written waits, and arrives once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.field_phone import ADD, LIST, Phone, stored
from support import Centre
from trail.uploads.bad_files import points, saved

pytestmark = pytest.mark.browser

PHOTO = saved(points(), "PNG")


def test_written_without_a_connection_read_again_and_stored_once(phone: Phone, centre: Centre) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.page.locator("#offline-bar").wait_for()
    for number in (1, 2):
        phone.write(f"Jembatan retak {number}")
        phone.page.locator("#unsent-link [data-count]", has_text=str(number)).wait_for()
        phone.page.locator(".toast", has_text="Tersimpan di perangkat ini").wait_for()
    assert stored(centre, "Jembatan retak") == []

    phone.page.reload()
    phone.page.locator("#unsent-link [data-count]", has_text="2").wait_for()
    phone.page.click("#unsent-link")
    phone.unsent().nth(1).wait_for()
    assert phone.unsent().locator("[data-sending=waiting]").count() == 2

    # The server works on the first it gets, and the answer is lost on its way.
    lost: list[int] = []

    def lose(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    phone.context.route(f"**{ADD}", lose)
    phone.context.set_offline(False)
    phone.wait(lambda: lost, "the first sending")
    phone.unsent().locator("[data-sending=stored]").first.wait_for()
    phone.page.click("#unsent-send")
    phone.unsent().locator("[data-sending=stored]").nth(1).wait_for()
    assert lost == [200]
    assert sorted(row["text"] for row in stored(centre, "Jembatan retak")) == [
        "Jembatan retak 1", "Jembatan retak 2",
    ]  # fmt: skip
    phone.page.locator("#unsent-link").wait_for(state="hidden")


def test_a_photo_arrives_with_its_note(phone: Phone, centre: Centre) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.page.set_input_files("[name=photo]", {"name": "a.png", "mimeType": "image/png", "buffer": PHOTO})
    phone.write("Dengan foto")
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    phone.context.set_offline(False)
    phone.open("/unsent/")
    phone.unsent().locator("[data-sending=stored]").wait_for()
    (row,) = stored(centre, "Dengan foto")
    assert row["photo_id"]
    assert "files: " not in phone.raw()


def test_what_the_server_refuses_is_corrected_with_its_errors_beside_the_fields(
    phone: Phone, centre: Centre
) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.page.fill("[name=seen]", "2099-01-01T10:00")
    phone.write("Dari masa depan")
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    phone.context.set_offline(False)
    phone.open("/unsent/")
    phone.unsent().locator("[data-sending=refused]").wait_for()
    phone.unsent().get_by_text("Waktu ini belum terjadi").wait_for()
    phone.unsent().locator("[data-act=edit]").click()
    phone.page.locator("[name=seen][aria-invalid=true]").wait_for()
    assert phone.page.input_value("[name=text]") == "Dari masa depan"
    described = phone.page.get_attribute("[name=seen]", "aria-describedby").split()
    assert "Waktu ini belum terjadi" in phone.page.inner_text(f"#{described[-1]}")
    phone.page.fill("[name=seen]", "2026-01-01T10:00")
    phone.page.click("main form button[type=submit]")
    phone.page.wait_for_url(f"**{LIST}")
    assert len(stored(centre, "Dari masa depan")) == 1
    phone.open("/unsent/")
    phone.page.locator("#unsent-none").wait_for()


def test_what_was_refused_is_gone_on_with_and_leaves_nothing_behind(phone: Phone, centre: Centre) -> None:
    page = phone.page
    page.fill("[name=seen]", "2099-01-01T10:00")
    phone.write("Jalan berlubang")
    page.locator("[name=seen][aria-invalid=true]").wait_for()
    for correct in (True, False):
        phone.open(ADD)
        page.locator("[name=seen][aria-invalid=true]").wait_for()
        assert page.input_value("[name=text]") == "Jalan berlubang"
        if correct:
            page.fill("[name=seen]", "2026-01-01T10:00")
            page.click("main form button[type=submit]")
            page.wait_for_url(f"**{LIST}")
            phone.open(ADD)
            assert page.input_value("[name=text]") == ""
            page.fill("[name=seen]", "2099-01-01T10:00")
            phone.write("Jalan berlubang")
            page.locator("[name=seen][aria-invalid=true]").wait_for()
        else:
            page.locator("main form .notice button").click()
            page.locator("#offline-confirm [data-yes]").click()
            expect(page.locator("[name=text]")).to_have_value("")
    phone.open("/unsent/")
    page.locator("#unsent-none").wait_for()
    assert len(stored(centre, "Jalan berlubang")) == 1


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("twice", ["double click", "at once"])
def test_a_form_handed_in_twice_is_one_entry(
    phone: Phone, centre: Centre, twice: str, connected: bool
) -> None:
    text = f"Sekali saja: {twice}, {connected}"
    phone.context.set_offline(not connected)
    phone.page.fill("[name=text]", text)
    phone.page.select_option("[name=place]", index=1)
    phone.page.select_option("[name=urgency]", "high")
    if twice == "double click":
        phone.page.dblclick("main form button[type=submit]", delay=60)
    else:
        phone.page.evaluate(
            "() => { const form = document.querySelector('form[data-offline]');"
            " form.requestSubmit(); form.requestSubmit(); }"
        )
    if connected:
        phone.page.wait_for_url(f"**{LIST}")
    else:
        phone.page.locator("#unsent-link [data-count]", has_text="1").wait_for()
        phone.context.set_offline(False)
    phone.open("/unsent/")
    phone.page.click("#unsent-send")
    if not connected:
        phone.unsent().locator("[data-sending=stored]").first.wait_for()
        assert phone.unsent().count() == 1
    assert len(stored(centre, text)) == 1


def test_two_tabs_send_an_entry_once(phone: Phone, centre: Centre) -> None:
    second = phone.context.new_page()
    second.goto(centre.url + ADD)
    posts: list[str] = []
    phone.context.on(
        "request", lambda r: posts.append(r.headers["idempotency-key"]) if r.method == "POST" else None
    )
    phone.context.set_offline(True)
    phone.write("Dari dua tab")
    second.locator("#unsent-link [data-count]", has_text="1").wait_for()
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    posts.clear()
    phone.context.set_offline(False)
    for page in (phone.page, second):
        page.locator("#unsent-link").wait_for(state="hidden")
    assert len(posts) == 1
    assert len(stored(centre, "Dari dua tab")) == 1


def test_a_full_device_is_said_and_the_form_stays(phone: Phone) -> None:
    phone.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => {"
        " throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    phone.write("Tidak muat")
    phone.page.locator("main form .notice", has_text="Penyimpanan perangkat ini penuh").wait_for()
    assert phone.page.input_value("[name=text]") == "Tidak muat"
    assert "entries: " not in phone.raw()
