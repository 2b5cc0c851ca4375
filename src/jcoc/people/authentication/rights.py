"""Who may let whom in anew."""

from __future__ import annotations

from jcoc.people.access import Principal
from jcoc.people.granting import KEEPERS, refusal_to_take_back
from jcoc.people.models import User
from jcoc.people.scope import where
from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER, GUARDIAN, KELURAHAN_OFFICER, PRINCIPAL, TEACHER

ISSUERS = (ADMINISTRATOR, AGENCY_OFFICER, KELURAHAN_OFFICER, PRINCIPAL, TEACHER)


def is_keeper(account: User) -> bool:
    """Whether an account looks after the trail or personal data, now or later.

    Whoever could let it in anew could watch over himself: the command line of the machine alone does.
    """
    return bool(account.grants.not_over().filter(role__in=KEEPERS).exists())


def may_issue(principal: Principal, account: User) -> bool:
    """Whether somebody may make a one-time link and code for an account.

    For who holds, now or later, only roles that one could take back, each where it holds: whoever let in a person
    with more would come to more. Teachers may for guardians at their school. Nobody for himself.
    """
    if principal.id == f"user-{account.pk}" or not account.is_active:
        return False
    if is_keeper(account):
        return False
    if ADMINISTRATOR in principal.roles:
        return True
    grants = list(account.grants.not_over())
    return bool(grants) and all(
        refusal_to_take_back(
            principal.grants,
            grant.role,
            where(place=grant.place_id, site=grant.site_id, programme=grant.programme),
            from_oneself=False,
        )
        is None
        or (grant.role == GUARDIAN and grant.site_id and principal.holds(TEACHER, site=grant.site_id))
        for grant in grants
    )
