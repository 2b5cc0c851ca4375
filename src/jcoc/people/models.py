"""Accounts, the roles they hold, and the links a screen without a person opens the wall with."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from jcoc.trail import access


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


class User(AbstractUser):
    """An account. What it may do lies in its roles alone: Django's staff and superuser flags mean nothing here."""

    audit_exempt_fields = frozenset({"last_login"})

    demonstration = models.BooleanField(default=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = []


class RoleGrant(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    granted = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="people_one_grant_a_role")]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class KioskLink(models.Model):
    """Lets a screen show the wall, read-only, until it is revoked. Only the SHA-256 of its secret is kept."""

    audit_exempt_fields = frozenset({"last_opened"})

    name = models.CharField(_("name of the screen"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    last_opened = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name
