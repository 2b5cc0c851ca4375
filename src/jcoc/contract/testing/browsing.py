"""The pages of a programme in a real browser: what axe finds, whether they fit the width, whether each role's work."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings

from jcoc.contract.procedures import LANGUAGES
from jcoc.contract.testing.measuring import Clients, Visit

#: A phone, and a screen of the centre.
WIDTHS, HEIGHT = (360, 1920), 1080
#: A page's own requests are waited for so long.
ANSWERED_S = 10
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-gpu", "--enable-unsafe-swiftshader", "--hide-scrollbars",
]  # fmt: skip
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
#: Only the names come over: axe tells of every element that it looked at, which takes longer to send than to find.
FAULTS = "async rules => (await axe.run(document, rules)).violations.map(each => each.id)"
SHOWN = """() => [
    document.documentElement.lang, document.documentElement.dataset.theme ?? '', String(innerWidth),
    document.querySelector('main')?.innerHTML ?? '',
]"""
_VARYING = re.compile(r'value="[^"]{30,}"|[0-9]+')


class NoBrowser(RuntimeError):
    """What a browser test needs is not on this machine; the text is a sentence."""


def tools() -> tuple[str, str]:
    """Where Chromium is, and the text of axe: JCOC_AXE names its file where it is not beside jcoc's scripts."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise NoBrowser("Chromium is not installed.")
    beside = settings.PACKAGE / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    axe = Path(os.environ.get("JCOC_AXE", "") or beside)
    if not axe.is_file():
        raise NoBrowser(f"axe-core is not at {axe}; name its axe.min.js by JCOC_AXE.")
    return program, axe.read_text(encoding="utf-8")


@dataclass
class Looked:
    """What was found: pages that axe or the width finds fault with, and pages that fail a role."""

    inaccessible: list[str] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    #: What axe found where, so that roles which are shown the same are not looked at one by one.
    known: dict[tuple[str, ...], list[str]] = field(default_factory=dict)


def look(visits: list[Visit], clients: Clients, server: str) -> Looked:
    """Each page for each of its roles, at each width, in each language: one browser, and one session a role.

    `server` is its address. The database is not asked while the browser runs.
    """
    from playwright.sync_api import sync_playwright

    program, axe = tools()
    sessions = {
        visit.role: clients.of(visit.role).cookies.get(settings.SESSION_COOKIE_NAME) for visit in visits
    }
    looked = Looked()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for role, width in product(sessions, WIDTHS):
            # The copies that a service worker takes of other pages are nothing of these.
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHT}, service_workers="block"
            )
            if session := sessions[role]:
                _keep(context, server, settings.SESSION_COOKIE_NAME, session.value)
            for language in LANGUAGES:
                _keep(context, server, settings.LANGUAGE_COOKIE_NAME, language)
                for visit in (each for each in visits if each.role == role):
                    page = context.new_page()
                    _look_at(page, f"{server}{visit.address}", f"{visit} {language} {width} px", axe, looked)
                    page.close()
            context.close()
        browser.close()
    return looked


def _keep(context: Any, server: str, name: str, value: str) -> None:
    context.add_cookies([{"name": name, "value": value, "url": server}])


def _look_at(page: Any, address: str, visit: str, axe: str, looked: Looked) -> None:
    errors: list[str] = []
    _note_errors(page, errors)
    asked = _requests_of(page)
    answer = page.goto(address)
    _wait_for(page, asked)
    if answer is None or answer.status != 200 or errors or not page.query_selector("h1"):
        why = "; ".join(errors) or (answer and answer.status)
        looked.failing.append(f"{visit}: {why}")
    if answer and answer.status == 200:
        shown = _shown(page)
        if shown not in looked.known:
            looked.known[shown] = _faults(page, axe)
        looked.inaccessible += [f"{visit}: {fault}" for fault in looked.known[shown]]


def _note_errors(page: Any, errors: list[str]) -> None:
    """What a script throws, and what the console says is an error: what is not there, or not let in, among others."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)


def _requests_of(page: Any) -> set[Any]:
    """The requests of a page that are not answered yet, kept up to date; a live stream never is."""
    asked: set[Any] = set()
    page.on("request", lambda each: asked.add(each) if each.resource_type != "eventsource" else None)
    for ended in ("requestfinished", "requestfailed"):
        page.on(ended, lambda each: asked.discard(each))  # noqa: PLW0108 (Playwright takes no built-in)
    return asked


def _wait_for(page: Any, asked: set[Any]) -> None:
    """What a page asks for after it has loaded is the page's, too: it may fail, and must not meet the next visit."""
    until = monotonic() + ANSWERED_S
    while asked and monotonic() < until:
        page.wait_for_timeout(20)


def _shown(page: Any) -> tuple[str, ...]:
    """What a page is looked at by: its language, its ground, bright or dark, the width, and the page itself without the
    menu around it.

    Numbers and tokens are another at each visit.
    """
    *ground, main = page.evaluate(SHOWN)
    return (*ground, _VARYING.sub("", main))


def _faults(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    faults = [str(rule) for rule in page.evaluate(FAULTS, RULES)]
    needed, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [*faults, f"{needed} px wide"] if needed > width else faults
