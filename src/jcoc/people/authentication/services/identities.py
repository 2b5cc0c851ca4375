"""Which identity at the city's provider opens which account: only what an administrator has linked."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from jcoc.people.models import User
from jcoc.trail.audit.recording import writing


def link(account: User, uid: str) -> bool:
    """Let an identity open an account, in place of the one before; False where it opens another."""
    rows = SocialAccount.objects.filter(provider=settings.OIDC_PROVIDER)
    if rows.filter(uid=uid).exclude(user=account).exists():
        return False
    with writing("authentication.identity_link"):
        rows.filter(user=account).exclude(uid=uid).delete()
        rows.get_or_create(provider=settings.OIDC_PROVIDER, uid=uid, defaults={"user": account})
    return True


def unlink(identity: SocialAccount) -> None:
    with writing("authentication.identity_unlink"):
        identity.delete()
