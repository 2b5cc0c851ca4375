"""Markdown of a procedure as HTML: no HTML of its own, no pictures, its steps numbered, with who acts and when."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from jcoc.contract.procedures import Step, step

# Markdown of a programme is text of others: HTML in it is shown as text, and links lead to pages alone.
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")


def html(text: str, label: Callable[[Step], str]) -> SafeString:
    """`label` says who does a step and by when; empty where nobody is named. Headings begin below the page's own."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    _number(tokens, label)
    return mark_safe(str(_markdown.renderer.render(tokens, _markdown.options, {})))  # noqa: S308


def _number(tokens: list[Token], label: Callable[[Step], str]) -> None:
    """Lists of steps become numbered ones; the number goes on after a heading between."""
    done = 0
    for at, token in enumerate(tokens):
        if token.type != "bullet_list_open":
            continue
        end = next(i for i, each in enumerate(tokens) if i > at and _closes(each, token))
        inner = tokens[at + 1 : end]
        found = [
            (item, inline)
            for item, inline in _items(inner, token.level + 1)
            if inline.children and step(inline.content)
        ]
        if not found:
            continue
        token.tag = tokens[end].tag = "ol"
        token.attrSet("class", "procedure-steps")
        if done:
            token.attrSet("start", str(done + 1))
        for _item, inline in found:
            _mark(inline, label)
        done += len(_items(inner, token.level + 1))


def _closes(token: Token, opening: Token) -> bool:
    return token.type == "bullet_list_close" and token.level == opening.level


def _items(inner: list[Token], level: int) -> list[tuple[Token, Token]]:
    """The items of a list with the text that each begins with."""
    return [
        (item, inner[at + 2])
        for at, (item, _next) in enumerate(pairwise(inner))
        if item.type == "list_item_open" and item.level == level and inner[at + 2].type == "inline"
    ]


def _mark(inline: Token, label: Callable[[Step], str]) -> None:
    """The box and the brackets of a step give way to its label, which stands apart from its text."""
    made = step(inline.content)
    assert made
    said = _markdown.parseInline(made.text)[0].children or []
    duty = f'<span class="step-duty">{escape(label(made))}</span> '
    inline.children = [_raw(f'<span class="step">{duty}<span>'), *said, _raw("</span></span>")]


def _raw(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)
