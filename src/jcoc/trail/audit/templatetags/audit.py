from __future__ import annotations

from django import template

from jcoc.trail.audit.words import actor_names

register = template.Library()


@register.filter
def grouped(digest: str) -> str:
    """A digest in groups of eight, which eyes can compare and a narrow page can break."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


@register.filter
def actor_name(actor: str) -> str:
    """Whom an actor's id means today; the id where nobody knows."""
    return actor_names([actor]).get(actor, actor)
