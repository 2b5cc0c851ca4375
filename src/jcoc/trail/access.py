"""Which roles may open a view: declared beside the view, enforced by people's gate, denied where not declared.

The declaration lives this low because views of every ring, also those below people/, need it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

EVERYONE = "everyone"
ADMINISTRATOR = "administrator"
OPERATOR = "operator"
SHIFT_LEAD = "shift_lead"
AGENCY_OFFICER = "agency_officer"
KELURAHAN_OFFICER = "kelurahan_officer"
SUPERVISOR = "supervisor"
TEACHER = "teacher"
PRINCIPAL = "principal"
ASSESSOR = "assessor"
LEADER = "leader"
#: Who searches the audit trail, and who answers for personal data: apart from who administers.
AUDITOR = "auditor"
DATA_OFFICER = "data_officer"
RESIDENT = "resident"
GUARDIAN = "guardian"
#: A screen without a person.
KIOSK = "kiosk"
OPERATION_CENTRE = (OPERATOR, SHIFT_LEAD, LEADER, ADMINISTRATOR)
STAFF = (
    *OPERATION_CENTRE,
    AGENCY_OFFICER,
    KELURAHAN_OFFICER,
    SUPERVISOR,
    TEACHER,
    PRINCIPAL,
    ASSESSOR,
    AUDITOR,
    DATA_OFFICER,
)
ROLES = (*STAFF, RESIDENT, GUARDIAN, KIOSK)


def allow(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let these roles, or EVERYONE, open the view."""
    unknown = set(roles) - {*ROLES, EVERYONE}
    if unknown or not roles:
        raise ValueError(f"Unknown roles: {sorted(unknown)}" if unknown else "Name at least one role.")

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark
