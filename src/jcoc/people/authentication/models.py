"""Sessions as people know them (a device, a place, a time), and what lets somebody in once without a password."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.people import scope
from jcoc.trail.access import ADMINISTRATOR
from jcoc.trail.visibility import Reader

#: So many wrong codes end a code; its link stays good, since nobody guesses 256 bits.
MAX_ATTEMPTS = 5


def _own_or_all(principal: Reader | None, field: str) -> Q:
    """All rows for administrators, those of one's own account for others."""
    if principal is None:
        return scope.NOTHING
    return scope.EVERYTHING if ADMINISTRATOR in principal.roles else scope.own_account(principal, field)


class OpenSessionQuerySet(models.QuerySet[Any]):
    def visible(self, principal: Reader | None) -> Self:
        """One's own; those of everybody to administrators."""
        return self.filter(_own_or_all(principal, "user"))

    def open(self) -> Self:
        return self.filter(session__expire_date__gt=timezone.now()).order_by("-last_used")


class OpenSession(models.Model):
    """What is known of a session. It goes with the session's own row, whichever way that one ends."""

    audit_exempt = "comes and goes with a session; log-ins, log-outs and endings are entered by themselves"

    session = models.OneToOneField(Session, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions")
    began = models.DateTimeField(_("began"), default=timezone.now)
    last_used = models.DateTimeField(_("last used"), default=timezone.now)
    address = models.CharField(_("address"), max_length=45)
    device = models.CharField(_("device"), max_length=200, blank=True)
    second_factor = models.BooleanField(default=False)

    objects = OpenSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session-{self.pk}"


class OneTimeAccessQuerySet(models.QuerySet[Any]):
    def visible(self, principal: Reader | None) -> Self:
        """Those one issued; all of them to administrators."""
        return self.filter(_own_or_all(principal, "issued_by"))

    def usable(self, at: datetime | None = None) -> Self:
        """Neither used nor withdrawn nor expired."""
        return self.filter(used=None, withdrawn=None, expires__gt=at or timezone.now())


class OneTimeAccess(models.Model):
    """Lets an account in once, by a link or a code, until it expires. Only digests of both are kept."""

    #: Counted by a single statement at each wrong code; the log-in failure itself is entered.
    audit_exempt_fields = frozenset({"attempts"})

    class Way(models.TextChoices):
        LINK = "link", _("link")
        CODE = "code", _("code")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="one_time_accesses")
    link_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64)
    issued = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    used_by = models.CharField(max_length=4, choices=Way, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = OneTimeAccessQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued"]

    def __str__(self) -> str:
        return f"one-time access {self.pk}"
