"""A procedure is Markdown of others: nothing in it becomes a script, a picture or HTML of its own."""

from __future__ import annotations

import pytest

from jcoc.contract.markdown import html
from jcoc.contract.procedures import steps


def test_headings_begin_below_the_page_and_steps_lose_their_brackets() -> None:
    made = html("# Bila bising\n\n- [ ] Periksa **sensor**\n- [x] Hubungi\n")
    assert "<h3>Bila bising</h3>" in made
    assert '<li class="step">Periksa <strong>sensor</strong></li>' in made
    assert "[ ]" not in made
    assert "[x]" not in made


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/x.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
    ],
)
def test_nothing_of_the_text_runs_or_loads(text: str) -> None:
    made = html(text)
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made
    assert 'href="data' not in made


def test_steps_are_found_in_their_order() -> None:
    assert steps("# A\n- [ ] satu\n  * [x] dua\n- tiga\n") == ["satu", "dua"]
