"""Whose phone it is: what lies on it is encrypted, goes at log-out and revocation, and waits for its account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from browser.field_phone import ADD, LIST, Phone, stored
from support import Centre, log_in
from trail.uploads.bad_files import points, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO = saved(points(), "PNG")


def test_what_lies_on_the_phone_cannot_be_read_and_is_gone_after_log_out(phone: Phone) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.page.set_input_files(
        "[name=photo]", {"name": "jembatan.png", "mimeType": "image/png", "buffer": PHOTO}
    )
    phone.write("Lantai papan lapuk")
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    raw = phone.raw()
    assert "entries: " in raw
    assert "files: " in raw
    assert "extractable: false" in raw
    assert not re.search("lapuk|jembatan|image/png|IHDR", raw)

    phone.context.route(f"**{ADD}", lambda route: route.abort())
    phone.context.set_offline(False)
    phone.open(LIST)
    phone.page.click(".nav-open")
    phone.page.click("#menu [data-log-out] button")
    dialog = phone.page.locator("#offline-confirm")
    dialog.get_by_text("1 isian di perangkat ini belum terkirim").wait_for()
    dialog.locator("[data-close]").click()
    assert "entries: " in phone.raw()
    phone.page.click("#menu [data-close]")
    phone.page.click(".deskbar [data-log-out] button")
    dialog.locator("[data-yes]").click()
    phone.page.wait_for_url(lambda url: "/demo/" not in url)
    assert phone.raw() == ""
    assert phone.page.evaluate("caches.has('jcoc-pages')") is False


def test_who_has_no_connection_can_still_leave_and_take_everything_along(
    phone: Phone, centre: Centre
) -> None:
    page = phone.page
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.write("Tidak boleh tertinggal")
    page.locator("#unsent-link [data-count]", has_text="1").wait_for()
    assert page.evaluate("document.querySelector('.deskbar').offsetHeight") <= 65
    page.get_by_role("button", name="Keluar dan hapus isian").click()
    page.locator("#offline-confirm [data-yes]").click()
    page.get_by_text("Tidak ada lagi milik Anda di perangkat ini").wait_for()
    assert "entries: " not in phone.raw()
    assert page.evaluate("caches.has('jcoc-pages')") is False
    phone.context.set_offline(False)

    def left() -> bool:
        return bool(phone.context.request.get(f"{centre.url}/offline/state/").json()["account"] == "")

    phone.wait(left, "the end of the session")
    assert stored(centre, "Tidak boleh tertinggal") == []


def test_a_marked_phone_hands_in_after_its_session_ended_until_it_is_revoked(
    phone: Phone, phone_of: Callable[..., Phone], centre: Centre
) -> None:
    phone.open("/field-phones/")
    phone.page.fill("#phone-name", "Ponsel Uji Lapangan")
    phone.page.click("form[data-mark] button")
    row = phone.page.locator("tr", has_text="Ponsel Uji Lapangan")
    row.locator("[data-here]").wait_for()
    raw = phone.raw()
    assert "phones: " in raw

    phone.context.clear_cookies(name="sessionid")
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.write("Sesi sudah berakhir")
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    phone.context.set_offline(False)
    phone.open(ADD)
    phone.page.locator("#unsent-link").wait_for(state="hidden")
    assert phone.page.url.endswith(ADD)
    (note,) = stored(centre, "Sesi sudah berakhir")
    assert re.fullmatch(r"user-\d+", note["author"])

    code = (
        "from jcoc.trail.receipts.models import FieldPhone as F; from jcoc.trail.receipts.services import *; "
        "revoke_phone(F.objects.get(name='Ponsel Uji Lapangan'))"
    )
    phone.context.set_offline(True)
    phone.write("Sesudah dicabut")
    phone.page.locator("#unsent-link [data-count]", has_text="1").wait_for()
    assert centre.jcoc("manage", "shell", "-c", code).returncode == 0
    phone.context.set_offline(False)
    phone.wait(lambda: "entries: " not in phone.raw(), "the wiping")
    assert not re.search("keys: |files: |phones: ", phone.raw())
    phone.page.locator(".toast", has_text="Ponsel ini sudah dicabut").wait_for()
    assert stored(centre, "Sesudah dicabut") == []


def test_without_a_marked_phone_an_ended_session_is_said_and_nothing_lost(
    phone: Phone, centre: Centre
) -> None:
    kept = phone.context.cookies()
    phone.context.set_offline(True)
    phone.write("Tanpa token")
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    phone.context.clear_cookies(name="sessionid")
    phone.context.set_offline(False)
    phone.open("/unsent/")
    phone.page.locator("#unsent-log-in").wait_for()
    assert stored(centre, "Tanpa token") == []
    phone.context.add_cookies(kept)
    phone.page.reload()
    phone.unsent().locator("[data-sending=stored]").wait_for()
    assert len(stored(centre, "Tanpa token")) == 1


def test_another_accounts_entry_waits_for_that_account(
    phone: Phone, officers: Callable[[], str], centre: Centre
) -> None:
    first = phone.context.cookies()
    phone.context.set_offline(True)
    phone.write("Milik yang pertama")
    phone.page.locator(".toast", has_text="Tersimpan").wait_for()
    name, _, value = log_in(centre.url, officers()).partition("=")
    phone.context.add_cookies([{"name": name, "value": value, "url": centre.url}])
    phone.context.set_offline(False)
    phone.open("/unsent/")
    phone.page.locator("#unsent-others").wait_for()
    assert phone.unsent().count() == 0
    assert stored(centre, "Milik yang pertama") == []
    phone.context.add_cookies(first)
    phone.open("/unsent/")
    phone.unsent().locator("[data-sending=stored]").wait_for()
    assert len(stored(centre, "Milik yang pertama")) == 1
