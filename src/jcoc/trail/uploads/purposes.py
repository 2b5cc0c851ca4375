"""What files are taken for, and who may see them: declared in an app's ``upload_purposes.py``, denied where not.

::

    register(Purpose("complaints.photo", _("photo of a complaint"), roles=frozenset({OPERATOR, AGENCY_OFFICER})))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from jcoc.trail.sealing.reasons import Reason


@dataclass(frozen=True)
class Purpose:
    """`roles` may see all files of the purpose that `scope` leaves; who sent one, and whom it is about, always may.

    `public`: everybody may; never for a file about a person. `reason`: with which a sealed file is opened for somebody
    who may see it; it enters the audit trail.
    """

    code: str
    title: str | Promise
    roles: frozenset[str] = frozenset()
    scope: Callable[[Any], Q] | None = None  # of a principal; over Upload's columns
    public: bool = False
    reason: str = Reason.SERVICE


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> Purpose:
    if _purposes.setdefault(purpose.code, purpose) is not purpose:
        raise ValueError(f"Two purposes of files are called {purpose.code!r}.")
    return purpose


def purpose_of(code: str) -> Purpose | None:
    return _purposes.get(code)


def purposes() -> list[Purpose]:
    return list(_purposes.values())
