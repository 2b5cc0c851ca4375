"""Accounts, the roles they hold, and the links a screen without a person opens the wall with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from jcoc.city.models import Place, Site
from jcoc.people import scope
from jcoc.people.granting import Held
from jcoc.trail import access
from jcoc.trail.visibility import SeenByAdministrators


class Role(models.TextChoices):
    OPERATOR = access.OPERATOR, _("operator")
    SHIFT_LEAD = access.SHIFT_LEAD, _("shift lead")
    LEADER = access.LEADER, _("leader")
    AGENCY_OFFICER = access.AGENCY_OFFICER, _("agency officer")
    KELURAHAN_OFFICER = access.KELURAHAN_OFFICER, _("kelurahan officer")
    SUPERVISOR = access.SUPERVISOR, _("supervisor")
    TEACHER = access.TEACHER, _("teacher")
    PRINCIPAL = access.PRINCIPAL, _("principal")
    ASSESSOR = access.ASSESSOR, _("assessor")
    AUDITOR = access.AUDITOR, _("auditor")
    DATA_OFFICER = access.DATA_OFFICER, _("data protection officer")
    ADMINISTRATOR = access.ADMINISTRATOR, _("administrator")
    RESIDENT = access.RESIDENT, _("resident")
    GUARDIAN = access.GUARDIAN, _("guardian")


class AccountQuerySet(models.QuerySet[Any]):
    def visible(self, principal: scope.Reader | None) -> Self:
        """One's own account, and those that hold or held a role which one may give. Overseers see all."""
        if principal is None:
            return self.none()
        if not principal.roles.isdisjoint(scope.OVERSEERS):
            return self.all()
        grants = RoleGrant.objects.filter(scope.of_givable_roles(principal))
        return self.filter(scope.own_account(principal, "pk") | Q(pk__in=grants.values("user")))


class AccountManager(UserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]
    use_in_migrations = False


class User(AbstractUser):
    """An account. What it may do lies in its roles alone: Django's staff and superuser flags mean nothing here."""

    audit_exempt_fields = frozenset({"last_login"})

    demonstration = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def shown_name(self) -> str:
        """The name for people to read; the log-in name where no other is known."""
        return self.get_full_name() or self.username

    @property
    def nameless(self) -> str:
        """The log-in name that is left of an account whose owner was erased."""
        return f"erased-{self.pk}"

    @property
    def is_nameless(self) -> bool:
        return self.username == self.nameless


def in_force(at: datetime) -> Q:
    """Grants that hold at a moment: from the first to before the second named, unless they were taken back."""
    return Q(taken_back=None, valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))


class GrantQuerySet(models.QuerySet[Any]):
    def not_over(self, at: datetime | None = None) -> Self:
        """Those that hold now or will."""
        ends_later = Q(valid_until=None) | Q(valid_until__gt=at or timezone.now())
        return self.filter(ends_later, taken_back=None)

    def in_force(self, at: datetime | None = None) -> Self:
        return self.filter(in_force(at or timezone.now()))

    def visible(self, principal: scope.Reader | None) -> Self:
        """One's own, and those that one could give. Overseers see all."""
        if principal is None:
            return self.none()
        if not principal.roles.isdisjoint(scope.OVERSEERS):
            return self.all()
        return self.filter(scope.own_account(principal, "user") | scope.of_givable_roles(principal))


class RoleGrant(models.Model):
    """That an account holds a role: where, from when, until when. Never deleted; taken back, it stays on record."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    programme = models.SlugField(_("programme"), max_length=50, blank=True)
    valid_from = models.DateTimeField(_("from"), default=timezone.now)
    valid_until = models.DateTimeField(_("until"), null=True, blank=True, db_index=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    granted = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    taken_back = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    taken_back_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["-granted", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(place=None) | Q(site=None), name="people_grant_at_a_place_or_a_site"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="people_grant_in_order_of_time",
            ),
        ]

    def __str__(self) -> str:
        return f"user-{self.user_id} {self.role}"

    @property
    def held(self) -> Held:
        return Held(self.role, self.place_id, self.site_id, self.programme, self.valid_until)

    @property
    def shown_where(self) -> str:
        """In words where it holds."""
        spot = self.place.name if self.place else self.site.name if self.site else ""
        if self.programme:
            return f"{spot} · {self.programme}" if spot else self.programme
        return spot or _gettext("the whole city")

    @property
    def last_moment(self) -> datetime | None:
        """The end as people say it: a role that ends with a day ends on that day, not on the next at midnight."""
        return self.valid_until and self.valid_until - timedelta(microseconds=1)

    @property
    def state(self) -> str:
        """``current``, ``coming``, ``expired`` or ``taken_back``, now."""
        now = timezone.now()
        if self.taken_back:
            return "taken_back"
        if self.valid_until is not None and self.valid_until <= now:
            return "expired"
        return "coming" if self.valid_from > now else "current"


class KioskLink(models.Model):
    """Lets a screen show the wall, read-only, until it is revoked. Only the SHA-256 of its secret is kept."""

    audit_exempt_fields = frozenset({"last_opened"})

    name = models.CharField(_("name of the screen"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    last_opened = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = SeenByAdministrators.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name
