"""Which roles may open a view: declared beside the view, enforced by people's gate, denied where not declared.

The declaration lives this low because views of every ring, also those below people/, need it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

EVERYONE = "everyone"
ADMINISTRATOR = "administrator"
OPERATOR = "operator"
KIOSK = "kiosk"
ROLES = (ADMINISTRATOR, OPERATOR, KIOSK)


def allow(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let these roles, or EVERYONE, open the view."""
    unknown = set(roles) - {*ROLES, EVERYONE}
    if unknown or not roles:
        raise ValueError(f"Unknown roles: {sorted(unknown)}" if unknown else "Name at least one role.")

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark
