"""What is said after something was done: a fault stands until it is closed, and lies over nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import Centre

pytestmark = pytest.mark.browser

#: A task that is long gone is cancelled: the server answers with an error on the list of tasks.
CANCEL_A_LOST_TASK = """() => {
  const form = document.querySelector("form[data-log-out]");
  form.action = "/tasks/999999/cancel/";
  HTMLFormElement.prototype.submit.call(form);
}"""
#: Controls of the page that lie under a toast.
COVERED = """() => [...document.querySelectorAll("main :is(a, button, input), .deskbar :is(a, button)")]
  .filter((each) => each.checkVisibility())
  .filter((each) => {
    const box = each.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top?.closest(".toast") !== null && top !== null;
  }).map((each) => each.textContent)"""


@pytest.mark.parametrize("width", [360, 1366])
def test_a_fault_stands_until_it_is_closed_and_covers_nothing(
    page_as: Callable[..., Any], centre: Centre, width: int
) -> None:
    page = page_as("kepala-uji", width)
    page.clock.install()
    page.goto(centre.url + "/tasks/")
    page.evaluate(CANCEL_A_LOST_TASK)
    fault = page.get_by_role("alert").get_by_text("Tugas itu sudah tidak ada")
    fault.wait_for()
    page.clock.run_for(60_000)
    assert fault.is_visible()
    assert page.evaluate(COVERED) == []
    close = page.locator(".toasts-alert").get_by_role("button", name="Tutup")
    close.focus()
    page.keyboard.press("Enter")
    assert fault.count() == 0
