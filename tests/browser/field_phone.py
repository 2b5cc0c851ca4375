"""A phone in the field, as the tests of the outbox hold it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from support import Centre, until

ADD = "/demo/field-notes/add/"
LIST = "/demo/field-notes/"

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


def stored(centre: Centre, text: str) -> list[dict[str, Any]]:
    """The notes with that text, as the database has them."""
    with closing(sqlite3.connect(f"file:{centre.data}/jcoc.sqlite3?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        columns = "id, text, urgency, version, author, photo_id"
        found = database.execute(
            f"SELECT {columns} FROM field_note_fieldnote WHERE instr(text, ?) ORDER BY id", [text]
        )
        return [dict(row) for row in found]
