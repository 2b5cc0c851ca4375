"""Sentences about what was just done: the script that says them, run in Chromium on the page's own template."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.utils import translation

from support import ROOT

pytestmark = pytest.mark.browser

FRONTEND = ROOT / "src/jcoc/web/frontend"
REVOKED = "Ponsel ini sudah dicabut."


@pytest.fixture(scope="module")
def script() -> str:
    """core/toast.ts, whose functions are then in `toasts`."""
    built = subprocess.run(
        [
            ROOT / "tools/npm", "--prefix", FRONTEND, "exec", "--", "esbuild",
            str(FRONTEND / "src/core/toast.ts"), "--bundle", "--format=iife", "--global-name=toasts",
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return built.stdout


@pytest.fixture
def page(chromium: Any, script: str) -> Iterator[Any]:
    """A page on which the server has already said that the phone was revoked."""
    with translation.override("id"):
        said = render_to_string("web/toasts.html", {"messages": [Message(40, REVOKED)]})
    page = chromium.new_page()
    page.set_content(said)
    page.add_script_tag(content=script)
    yield page
    page.close()


def standing(page: Any) -> list[str]:
    return list(page.locator(".toast [data-text]").all_inner_texts())


def test_a_sentence_that_already_stands_is_not_said_twice(page: Any) -> None:
    page.evaluate("text => toasts.toast(text, 'error')", REVOKED)
    page.evaluate("text => toasts.toast(text, 'error')", REVOKED)
    assert standing(page) == [REVOKED]
    page.evaluate("text => toasts.toast(text, 'error')", "Lain.")
    page.evaluate("text => toasts.toast(text, 'error')", REVOKED)
    assert standing(page) == ["Lain.", REVOKED]


def test_the_newer_one_is_a_new_part_of_the_page_so_that_it_is_read_out_again(page: Any) -> None:
    page.evaluate("() => { window.older = document.querySelector('.toast'); }")
    newer = "toasts.toast(older.textContent.trim(), 'error') === document.querySelector('.toast')"
    assert page.evaluate(f"{newer} && !older.isConnected")


def test_who_was_about_to_close_it_still_is(page: Any) -> None:
    page.locator(".toast-close").focus()
    page.evaluate("text => toasts.toast(text, 'error')", REVOKED)
    assert page.evaluate("document.activeElement === document.querySelector('.toast .toast-close')")


@pytest.mark.parametrize("level", ["warning", "success"])
def test_another_level_is_another_sentence(page: Any, level: str) -> None:
    page.evaluate("([text, level]) => toasts.toast(text, level)", [REVOKED, level])
    assert standing(page) == [REVOKED, REVOKED]


def test_what_offers_something_stays_and_what_it_offers_works(page: Any) -> None:
    offer = (
        "text => toasts.toast(text, 'error',"
        " { label: 'Muat ulang', run: () => { window.ran = (window.ran ?? 0) + 1; } })"
    )
    page.evaluate(offer, REVOKED)
    assert standing(page) == [REVOKED, REVOKED]
    page.evaluate("text => toasts.toast(text, 'error')", REVOKED)
    assert standing(page) == [REVOKED, REVOKED]
    page.get_by_role("button", name="Muat ulang").click()
    assert page.evaluate("window.ran") == 1
