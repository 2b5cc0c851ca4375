"""Who may give which role, where, and until when. Pure: the table is declared here, and read by people's services.

A role holds somewhere: in a place (and in all that lies below it), at a site, in a programme, in a programme at a place
or site, or in the whole city. Somebody gives a role only by one that he holds himself: to others, inside of its reach,
and not beyond its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from jcoc.trail.access import (
    ADMINISTRATOR,
    AGENCY_OFFICER,
    ASSESSOR,
    AUDITOR,
    DATA_OFFICER,
    GUARDIAN,
    KELURAHAN_OFFICER,
    KIOSK,
    LEADER,
    OPERATOR,
    PRINCIPAL,
    RESIDENT,
    ROLES,
    SHIFT_LEAD,
    SUPERVISOR,
    TEACHER,
)


class Held(NamedTuple):
    """A role that somebody holds now, where, and until when. Nothing narrower named: in the whole city, for good."""

    role: str
    place_id: int | None = None
    site_id: int | None = None
    programme: str = ""
    until: datetime | None = None


class Where(NamedTuple):
    """Where something is: its place with all places above it, its site, its programme. Empty: not in one of them."""

    places: frozenset[int] = frozenset()
    site_id: int | None = None
    programme: str = ""


class Kind(Enum):
    """What a role can be narrowed to."""

    PLACE = "place"
    SITE = "site"
    PROGRAMME = "programme"


#: Who looks after the trail and personal data. An administrator who could give these, or let such an account in anew,
#: could watch over himself: they are given at the machine's command line alone, by whoever answers for it.
KEEPERS = frozenset({AUDITOR, DATA_OFFICER})

#: The role one holds → the roles one may give by it. Who stands not here gives none.
GIVES: Mapping[str, frozenset[str]] = {
    ADMINISTRATOR: frozenset(ROLES) - {KIOSK} - KEEPERS,
    SHIFT_LEAD: frozenset({OPERATOR}),
    AGENCY_OFFICER: frozenset({SUPERVISOR}),
    KELURAHAN_OFFICER: frozenset({RESIDENT}),
    PRINCIPAL: frozenset({TEACHER, GUARDIAN}),
}
GIVERS = tuple(GIVES)

#: What a role may be narrowed to. Pages of the operation centre show the whole city: who opens them holds it there.
NARROWED: Mapping[str, frozenset[Kind]] = {
    OPERATOR: frozenset(),
    SHIFT_LEAD: frozenset(),
    LEADER: frozenset(),
    ADMINISTRATOR: frozenset(),
    AUDITOR: frozenset(),
    DATA_OFFICER: frozenset(),
    AGENCY_OFFICER: frozenset({Kind.PLACE, Kind.PROGRAMME}),
    KELURAHAN_OFFICER: frozenset({Kind.PLACE}),
    SUPERVISOR: frozenset(Kind),
    TEACHER: frozenset({Kind.SITE}),
    PRINCIPAL: frozenset({Kind.SITE}),
    GUARDIAN: frozenset({Kind.SITE}),
    ASSESSOR: frozenset({Kind.PROGRAMME}),
    RESIDENT: frozenset({Kind.PLACE}),
}


class Refusal(Enum):
    """Why a role cannot be given or taken back."""

    YOURSELF = "yourself"
    ROLE = "role"
    REACH = "reach"
    END = "end"


def reaches(held: Held, where: Where) -> bool:
    """Whether a role holds there. What the role is narrowed to, the thing must be known to lie in."""
    return (
        (held.place_id is None or held.place_id in where.places)
        and (held.site_id is None or held.site_id == where.site_id)
        and (not held.programme or held.programme == where.programme)
    )


def unfit(role: str, *, place: bool, site: bool, programme: bool) -> frozenset[Kind]:
    """To which of these the role cannot be narrowed; empty where the role may hold so."""
    asked = zip((Kind.PLACE, Kind.SITE, Kind.PROGRAMME), (place, site, programme), strict=True)
    return frozenset(kind for kind, wanted in asked if wanted) - NARROWED[role]


def givable(held: Iterable[Held]) -> frozenset[str]:
    """The roles that a holder of these may give somewhere."""
    return frozenset().union(*(GIVES.get(each.role, frozenset()) for each in held))


def refusal(
    held: Iterable[Held], role: str, where: Where, until: datetime | None, *, to_oneself: bool
) -> Refusal | None:
    """Why a holder of these roles may not give that one, there and until then; None where he may.

    The first reason that holds, in the order of :class:`Refusal`. One held role must carry all of it.
    """
    if to_oneself:
        return Refusal.YOURSELF
    by = [each for each in held if role in GIVES.get(each.role, ())]
    if not by:
        return Refusal.ROLE
    by = [each for each in by if reaches(each, where)]
    if not by:
        return Refusal.REACH
    if all(each.until is not None and (until is None or until > each.until) for each in by):
        return Refusal.END
    return None


def refusal_to_take_back(
    held: Iterable[Held], role: str, where: Where, *, from_oneself: bool
) -> Refusal | None:
    """Why a holder of these roles may not take that one back; None where he may: whoever could give it there."""
    by = [each._replace(until=None) for each in held]
    return refusal(by, role, where, None, to_oneself=from_oneself)
