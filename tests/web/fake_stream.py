"""A stream in the page that stays open and says what the test sends."""

from __future__ import annotations

import json
from typing import Any

from support import until

STREAM = """
window.EventSource = class extends EventTarget {
  constructor(url) { super(); window.stream = this; this.url = url; }
  close() {}
};
"""


def send(page: Any, event: str, **data: Any) -> None:
    said = "([name, data]) => stream.dispatchEvent(new MessageEvent(name, { data }))"
    page.evaluate(said, [event, json.dumps(data)])


def becomes(page: Any, condition: str) -> None:
    """Wait for a condition of the page's own; the page's policy forbids Playwright's wait_for_function."""
    until(lambda: page.evaluate(f"Boolean({condition})"), what=condition)
