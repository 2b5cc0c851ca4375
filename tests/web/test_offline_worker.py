"""The service worker and the sender against a server that fails in the ways that servers and networks do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import RequestFactory

from jcoc.web import service_worker
from jcoc.web.assets import DIST, manifest
from jcoc.web.messages import offline_messages
from support import until

pytestmark = pytest.mark.browser


@dataclass
class Town:
    """What the server does at the moment, and what it was asked."""

    revision: str = "one"
    page: str = "first"
    slow_s: float = 0
    answers: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    copies: int = 0
    names_somebody: bool = False
    go: threading.Event = field(default_factory=threading.Event)


def _page(town: Town, copy: bool) -> str:
    config = {
        "account": "" if copy else "user-1",
        "revision": town.revision,
        "most_bytes": 1_000_000,
        "messages": {key: str(text) for key, text in offline_messages().items()},
    }
    return f"""<!doctype html><html lang="en"><title>{town.page}</title>
<script type="application/json" id="offline-config">{json.dumps(config)}</script>
<template id="offline-error"><p class="field-error"><span data-text></span></p></template>
<template id="offline-notice"><div class="notice"><div data-text></div></div></template>
<div id="offline-bar" hidden>away</div><div class="toasts-alert"></div><div class="toasts-status"></div>
<template id="toast"><div class="toast"><span data-text></span></div></template>
<form method="post" data-offline="x"><div class="field"><label for="t">Text</label><input id="t" name="text"></div>
<button type="submit">Send</button></form>
<script type="module" src="/static/dist/{manifest()["offline.js"]}"></script></html>"""


def _handler(town: Town) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _say(self, status: int, body: str, kind: str, **more: str) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            path = self.path
            if path == "/sw.js":
                self._say(200, _worker(town), "text/javascript", **{"Cache-Control": "no-cache"})
            elif path.startswith("/static/dist/"):
                name = path.rsplit("/", 1)[1]
                kind = "text/javascript" if name.endswith(".js") else "application/octet-stream"
                content = (DIST / name).read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            elif path == "/offline/state/":
                forms = [{"url": "/form/", "title": "Form"}]
                state = {"account": "user-1", "csrf": "t", "phone": None, "forms": forms}
                self._say(200, json.dumps(state | {"revision": town.revision}), "application/json")
            elif path in {"/form/", "/unsent/", "/elsewhere/"}:
                copy = "X-Offline-Copy" in self.headers
                town.copies += copy
                if not copy and town.slow_s:
                    town.go.wait(town.slow_s)
                says = {"X-Offline-Copy": "1"} if copy and not town.names_somebody else {}
                self._say(200, _page(town, copy), "text/html", **says)
            else:
                self._say(404, "", "text/plain")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            town.keys.append(self.headers["Idempotency-Key"])
            status, body, headers = town.answers.pop(0) if len(town.answers) > 1 else town.answers[0]
            kind = "application/json" if body.startswith("{") else "text/html"
            self._say(status, body, kind, **headers)

        def log_message(self, *_parts: Any) -> None:
            pass

    return Handler


def _worker(town: Town) -> str:
    script = service_worker.source()
    first, _, rest = script.partition("\n")
    about = json.loads(first.removeprefix("self.JCOC=").removesuffix(";"))
    return f"self.JCOC={json.dumps(about | {'revision': town.revision})};\n{rest}"


@pytest.fixture
def town() -> Iterator[tuple[Town, str]]:
    made = Town()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made, f"http://127.0.0.1:{server.server_address[1]}"
    made.go.set()
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context()
    made = context.new_page()
    made.set_default_timeout(20_000)
    yield made
    context.close()


def _wait(page: Any, script: str) -> None:
    until(lambda: page.evaluate(script) or page.wait_for_timeout(50), what=script)


def _kept(page: Any, url: str) -> None:
    page.goto(f"{url}/form/")
    _wait(
        page,
        "() => caches.open('jcoc-pages').then(c => c.match('/offline/stamp'))"
        ".then(found => Boolean(found) && navigator.serviceWorker.controller?.state === 'activated')",
    )


def test_a_page_comes_from_the_server_and_from_the_device_when_that_is_slow(
    town: tuple[Town, str], page: Any
) -> None:
    made, url = town
    _kept(page, url)
    made.page = "second"
    page.reload()
    assert page.title() == "second"
    made.page, made.slow_s = "third", 30
    began = time.monotonic()
    page.reload()
    assert page.title() == "first"
    assert 3.5 < time.monotonic() - began < 15


def test_without_a_connection_any_other_page_shows_what_waits(town: tuple[Town, str], page: Any) -> None:
    made, url = town
    _kept(page, url)
    made.page = "not kept"
    page.context.set_offline(True)
    page.goto(f"{url}/elsewhere/")
    assert page.title() == "first"
    page.locator("#offline-bar").wait_for()


def test_a_page_that_the_server_does_not_call_a_copy_is_not_kept(town: tuple[Town, str], page: Any) -> None:
    made, url = town
    made.names_somebody = True
    page.goto(f"{url}/form/")
    until(lambda: page.wait_for_timeout(50) or made.copies, what="the asking for a copy")
    assert page.evaluate("caches.open('jcoc-pages').then(c => c.keys()).then(k => k.length)") == 0


def test_a_new_version_is_offered_and_taken_when_asked(town: tuple[Town, str], page: Any) -> None:
    made, url = town
    _kept(page, url)
    made.revision, made.page = "two", "of version two"
    page.reload()
    toast = page.locator(".toast", has_text="Versi baru")
    toast.wait_for()
    with page.expect_navigation():
        toast.get_by_role("button").click()
    _wait(
        page,
        "() => caches.open('jcoc-pages').then(c => c.match('/offline/stamp')).then(r => r.text())"
        ".then(stamp => stamp.startsWith('two '))",
    )
    page.context.set_offline(True)
    page.goto(f"{url}/form/")
    assert page.title() == "of version two"


@pytest.mark.parametrize(
    "first",
    [
        (200, "<html>Please log in to the wireless network</html>", {}),
        (503, "", {}),
        (429, '{"detail": "slower"}', {"Retry-After": "1"}),
    ],
)
def test_what_was_not_heard_is_sent_again_under_the_same_key(
    town: tuple[Town, str], page: Any, first: tuple[int, str, dict[str, str]]
) -> None:
    made, url = town
    made.answers = [first, (200, '{"state": "stored", "location": "/elsewhere/"}', {})]
    page.goto(f"{url}/form/")
    page.fill("#t", "a")
    page.click("button[type=submit]")
    until(lambda: page.wait_for_timeout(50) or len(made.keys) == 2, seconds=30, what="the second attempt")
    assert len(set(made.keys)) == 1


def test_a_refused_entry_keeps_the_form_and_a_corrected_one_has_a_key_of_its_own(
    town: tuple[Town, str], page: Any
) -> None:
    made, url = town
    refusal = {"detail": "Please correct.", "fields": {"text": ["Too short."]}}
    made.answers = [(422, json.dumps(refusal), {}), (200, '{"location": "/elsewhere/"}', {})]
    page.goto(f"{url}/form/")
    page.fill("#t", "a")
    page.click("button[type=submit]")
    page.locator("#t[aria-invalid=true]").wait_for()
    assert page.locator("#t_error").inner_text() == "Too short."
    assert page.evaluate("document.activeElement.id") == "t"
    page.fill("#t", "longer")
    page.click("button[type=submit]")
    page.wait_for_url("**/elsewhere/")
    assert len(set(made.keys)) == 2


def test_the_worker_is_a_script_for_get_and_head_only(rf: RequestFactory) -> None:
    assert service_worker.service_worker(rf.head("/sw.js")).status_code == 200
    assert service_worker.service_worker(rf.post("/sw.js")).status_code == 405
