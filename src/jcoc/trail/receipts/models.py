"""Receipts of what was handed in with a key, and the phones that may hand in without a log-in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """That the work of a key is done, and what was answered. It commits with the work, or not at all."""

    audit_exempt = "the work itself is in the chain; a receipt only repeats the answer, and is cleared away"

    key = models.UUIDField()
    account = models.CharField(max_length=80)
    path = models.CharField(max_length=300)
    #: Keyed digest over the fields and files, so that nothing can be guessed from it.
    digest = models.CharField(max_length=64)
    #: What was answered: ``{"location": …}`` or ``{"body": …, "status": …}``.
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="receipts_one_a_key")]

    def __str__(self) -> str:
        return str(self.key)


class FieldPhone(models.Model):
    """A phone that may hand in offline forms for an account after its session ended. Only the SHA-256 of its token
    is kept."""

    audit_exempt_fields = frozenset({"last_seen"})

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="field_phones")
    name = models.CharField(_("name of the phone"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name
