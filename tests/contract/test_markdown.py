"""A procedure is Markdown of others: nothing in it becomes a script, a picture or HTML of its own; its steps are
numbered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jcoc.contract.markdown import html
from jcoc.contract.procedures import Step, steps


def _label(step: Step) -> str:
    return f"<{step.role}> {step.within}" if step.role else ""


TWO_LISTS = """# Bila bising

- [ ] (operator, 90 min) Periksa **sensor**
- [x] Hubungi

## Lalu

- bukan langkah

* [ ] (leader) [Buka](https://example.org) (bila perlu)
"""


def test_headings_begin_below_the_page_and_steps_are_numbered_through() -> None:
    made = html(TWO_LISTS, _label)
    assert "<h3>Bila bising</h3>" in made
    assert (
        '<ol class="procedure-steps">\n<li><span class="step"><span class="step-duty">&lt;operator&gt; 1:30:00</span> '
        "<span>Periksa <strong>sensor</strong></span></span></li>\n"
        '<li><span class="step"><span class="step-duty"></span> <span>Hubungi</span></span></li>\n</ol>'
    ) in made
    assert "<ul>\n<li>bukan langkah</li>\n</ul>" in made
    link = '<a href="https://example.org">Buka</a> (bila perlu)'
    step = f'<span class="step"><span class="step-duty">&lt;leader&gt; None</span> <span>{link}</span></span>'
    assert f'<ol class="procedure-steps" start="3">\n<li>{step}</li>\n</ol>' in made
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
    made = html(f"- [ ] {text}\n\n{text}", _label)
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made
    assert 'href="data' not in made


def test_steps_are_found_in_their_order_with_who_and_when() -> None:
    assert steps("# A\n- [ ] (operator, 2 h) satu\n  * [x] dua\n- tiga\n- [ ] (leader) empat\n") == [
        Step("satu", "operator", timedelta(hours=2)),
        Step("dua"),
        Step("empat", "leader"),
    ]


@pytest.mark.parametrize(
    "text", ["(bila perlu) periksa", "(operator, 0 min) periksa", "(operator, soon) periksa"]
)
def test_other_brackets_stay_text(text: str) -> None:
    assert steps(f"- [ ] {text}\n") == [Step(text)]
