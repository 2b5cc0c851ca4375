"""The pages of a programme in a real browser: what axe finds, whether they fit a phone, whether each role's work."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from jcoc.contract.procedures import LANGUAGES
from jcoc.contract.testing.measuring import Clients, Visit

PHONE = 360
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
SHOWN = (
    "() => [document.documentElement.dataset.theme ?? '', document.querySelector('main')?.innerHTML ?? '']"
)
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


def look(visits: list[Visit], clients: Clients, server: str) -> tuple[list[str], list[str]]:
    """What axe or the width of a phone finds, and which page fails for which role.

    `server` is its address. The database is not asked while the browser runs.
    """
    from playwright.sync_api import sync_playwright

    program, axe = tools()
    sessions = {
        visit.role: clients.of(visit.role).cookies.get(settings.SESSION_COOKIE_NAME) for visit in visits
    }
    inaccessible: list[str] = []
    failing: list[str] = []
    #: What axe found where, so that roles which are shown the same are not looked at one by one.
    looked_at: dict[tuple[str, ...], list[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for visit in visits:
            context = browser.new_context(viewport={"width": PHONE, "height": 740})
            for language in LANGUAGES:
                kept = {settings.LANGUAGE_COOKIE_NAME: language}
                if session := sessions[visit.role]:
                    kept[settings.SESSION_COOKIE_NAME] = session.value
                context.add_cookies(
                    [{"name": name, "value": value, "url": server} for name, value in kept.items()]
                )
                page = context.new_page()
                errors: list[str] = []
                _note_errors(page, errors)
                answer = page.goto(f"{server}{visit.address}")
                if answer is None or answer.status != 200 or errors or not page.query_selector("h1"):
                    why = "; ".join(errors) or (answer and answer.status)
                    failing.append(f"{visit} {language}: {why}")
                if answer and answer.status == 200:
                    shown = (language, *_shown(page))
                    if shown not in looked_at:
                        looked_at[shown] = _faults(page, axe)
                    inaccessible += [f"{visit} {language}: {fault}" for fault in looked_at[shown]]
                page.close()
            context.close()
        browser.close()
    return inaccessible, failing


def _note_errors(page: Any, errors: list[str]) -> None:
    """What a script throws, and what the console says is an error: what is not there, or not let in, among others."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)


def _shown(page: Any) -> tuple[str, str]:
    """The ground that a page stands on, bright or dark, and the page itself without the menu around it.

    Numbers and tokens are another at each visit.
    """
    theme, main = page.evaluate(SHOWN)
    return theme, _VARYING.sub("", main)


def _faults(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    faults = [str(rule) for rule in page.evaluate(FAULTS, RULES)]
    width = page.evaluate("document.documentElement.scrollWidth")
    return [*faults, f"{width} px"] if width > PHONE else faults
