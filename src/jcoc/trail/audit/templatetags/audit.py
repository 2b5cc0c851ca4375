from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def grouped(digest: str) -> str:
    """A digest in groups of eight, which eyes can compare and a narrow page can break."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
