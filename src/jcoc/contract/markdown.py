"""Markdown of a procedure as HTML: no HTML of its own, no pictures, its steps as boxes to tick on paper."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_BOX = re.compile(r"<li>\s*(<p>)?\[[ xX]\] ")
# Markdown of a programme is text of others: HTML in it is shown as text, and links lead to pages alone.
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")


def html(text: str) -> SafeString:
    """Headings begin below the page's own."""
    made = str(_markdown.render(text))
    made = re.sub(r"<(/?)h([1-6])>", lambda found: f"<{found[1]}h{min(6, int(found[2]) + 2)}>", made)
    made = _BOX.sub(lambda found: f'<li class="step">{found[1] or ""}', made)
    return mark_safe(made)  # noqa: S308
