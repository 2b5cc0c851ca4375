"""Which side of the house a page of the own log-in stands on: the desk for staff, the public side for residents."""

from django.http import HttpRequest

from jcoc.trail.access import STAFF


def base_of(request: HttpRequest) -> str:
    """The template to extend."""
    principal = request.principal  # type: ignore[attr-defined]
    return "web/base_desk.html" if principal and principal.roles & set(STAFF) else "web/base_public.html"
