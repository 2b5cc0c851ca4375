"""A phone in the field: the form opens without a connection, what is written waits encrypted, and arrives once."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from support import ROOT, Centre, log_in, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("centre")]

ADD = "/demo/field-notes/add/"
LIST = "/demo/field-notes/"
AXE = ROOT / "src/jcoc/web/frontend/node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

#: Everything that lies in the browser's IndexedDB, as text, also what is not text.
RAW = """async () => {
  const out = [];
  const show = async (value) => {
    if (value instanceof ArrayBuffer) return new TextDecoder("latin1").decode(value);
    if (ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
    if (value instanceof Blob) return await value.text();
    if (value instanceof CryptoKey) return `key, extractable: ${value.extractable}`;
    if (Array.isArray(value)) return (await Promise.all(value.map(show))).join();
    if (value && typeof value === "object") {
      return (await Promise.all(Object.entries(value).map(async ([k, v]) => `${k}=${await show(v)}`))).join(";");
    }
    return String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    for (const store of db.objectStoreNames) {
      const all = db.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { all.onsuccess = done; });
      for (const value of all.result) out.push(`${store}: ${await show(value)}`);
    }
    db.close();
  }
  return out;
}"""


@dataclass
class Phone:
    """A browser of its own, signed in to the centre."""

    centre: Centre
    context: Any
    page: Any

    def open(self, path: str) -> None:
        self.page.goto(self.centre.url + path)

    def ready(self) -> None:
        """Until the service worker holds the form."""
        held = (
            "() => caches.open('jcoc-pages').then(pages => pages.match('/offline/stamp'))"
            ".then(found => Boolean(found) && navigator.serviceWorker.controller?.state === 'activated')"
        )
        self.wait(lambda: self.page.evaluate(held), "the keeping of the form")

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        """Like support.until(), but lets Playwright handle its events meanwhile."""
        until(lambda: condition() or self.page.wait_for_timeout(50), what=what)

    def write(self, text: str, **fields: str) -> None:
        page = self.page
        page.fill("[name=text]", text)
        page.select_option("[name=place]", index=1)
        page.select_option("[name=urgency]", fields.get("urgency", "high"))
        page.click("main form button[type=submit]")

    def raw(self) -> str:
        return "\n".join(self.page.evaluate(RAW))

    def unsent(self) -> Any:
        return self.page.locator("#unsent-list article")


@pytest.fixture(scope="session")
def officers(centre: Centre) -> Callable[[], str]:
    """Makes accounts that may write field notes."""
    assert centre.jcoc("city", "load").returncode == 0
    made: list[str] = []

    def make() -> str:
        name = f"petugas-{len(made)}"
        centre.add_account(name, "operator")
        made.append(name)
        return name

    return make


@pytest.fixture
def phone_of(centre: Centre, chromium: Any) -> Iterator[Callable[..., Phone]]:
    contexts = []

    def make(username: str, width: int = 360, language: str = "id") -> Phone:
        context = chromium.new_context(viewport={"width": width, "height": 740}, locale="id-ID")
        contexts.append(context)
        name, _, value = log_in(centre.url, username).partition("=")
        cookies = [{"name": name, "value": value, "url": centre.url}]
        if language != "id":
            cookies.append({"name": "django_language", "value": language, "url": centre.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return Phone(centre, context, page)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(phone_of: Callable[..., Phone], officers: Callable[[], str]) -> Phone:
    made = phone_of(officers())
    made.open(ADD)
    made.ready()
    return made


def stored(centre: Centre, text: str) -> list[dict[str, Any]]:
    """The notes with that text, as the database has them."""
    code = (
        "import json; from jcoc.demo.field_note.models import FieldNote as F; "
        f"print('ROWS', json.dumps(list(F.objects.filter(text__contains={text!r})"
        ".values('id', 'text', 'urgency', 'version', 'author', 'photo_id'), ), default=str))"
    )
    done = centre.jcoc("manage", "shell", "-c", code)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.split("ROWS ")[1]))


def test_written_without_a_connection_read_again_and_stored_once(phone: Phone, centre: Centre) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    assert phone.page.locator("#offline-bar").is_visible()
    for number in (1, 2):
        phone.write(f"Jembatan retak {number}")
        phone.page.locator(".toast", has_text="Tersimpan di perangkat ini").nth(number - 1).wait_for()
    phone.page.locator("#unsent-link [data-count]", has_text="2").wait_for()
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


def test_what_lies_on_the_phone_cannot_be_read_and_is_gone_after_log_out(phone: Phone) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.page.set_input_files(
        "[name=photo]", {"name": "jembatan.png", "mimeType": "image/png", "buffer": picture()}
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


def test_a_photo_arrives_with_its_note(phone: Phone, centre: Centre) -> None:
    phone.context.set_offline(True)
    phone.open(ADD)
    phone.page.set_input_files(
        "[name=photo]", {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    )
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
            page.wait_for_function("document.querySelector('[name=text]')?.value === ''")
    phone.open("/unsent/")
    page.locator("#unsent-none").wait_for()
    assert len(stored(centre, "Jalan berlubang")) == 1


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
    assert_fits(mine)
    dialog.locator("[name=choice-text][value=theirs]").check()
    dialog.locator("[value=save]").click()
    mine.unsent().locator("[data-sending=stored]").wait_for()
    (now,) = stored(centre, text)
    assert (now["text"], now["urgency"], now["version"]) == (f"{text}, sudah dikeruk", "low", 3)


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


def test_a_full_device_is_said_and_the_form_stays(phone: Phone) -> None:
    phone.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => {"
        " throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    phone.write("Tidak muat")
    phone.page.locator("main form .notice", has_text="Penyimpanan perangkat ini penuh").wait_for()
    assert phone.page.input_value("[name=text]") == "Tidak muat"
    assert "entries: " not in phone.raw()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1920])
def test_the_pages_have_no_accessibility_fault_and_fit(
    phone_of: Callable[..., Phone], officers: Callable[[], str], width: int, language: str
) -> None:
    phone = phone_of(officers(), width, language)
    phone.open(ADD)
    phone.ready()
    assert_fits(phone)
    phone.context.set_offline(True)
    phone.write("Untuk diperiksa")
    phone.page.locator("#unsent-link [data-count]", has_text="1").wait_for()
    phone.open("/unsent/")
    phone.unsent().wait_for()
    assert_fits(phone)
    phone.context.set_offline(False)
    for path in ("/field-phones/", LIST):
        phone.open(path)
        assert_fits(phone)


def assert_fits(phone: Phone) -> None:
    page = phone.page
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    faults = [f"{v['id']}: {n['html'][:160]}" for v in found["violations"] for n in v["nodes"]]
    assert not faults, page.url + "\n" + "\n".join(faults)
    size = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size, page.url


def picture() -> bytes:
    """A PNG of 8 × 8 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([40, 90, 160] * 8) for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
