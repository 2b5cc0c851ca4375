"""The chain of entries, its head, and the notes beside it. Only recording.py writes these tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One write, or one look at something sealed. It holds opaque ids and keyed digests, nothing of a person."""

    audit_exempt = "it is the audit trail"

    seq = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.CharField(_("who"), max_length=80)
    action = models.CharField(_("action"), max_length=80)
    kind = models.CharField(_("kind"), max_length=80)
    object = models.CharField(_("object"), max_length=80)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)
    note = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        # A page of a search is read along one of these, newest first, however long the chain is.
        indexes = [
            models.Index(fields=["actor", "seq"], name="audit_entry_actor"),
            models.Index(fields=["action", "seq"], name="audit_entry_action"),
            models.Index(fields=["kind", "object", "seq"], name="audit_entry_object"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.kind} {self.object}"


class Head(models.Model):
    """The newest entry's number and hash, in one row that each writer locks before it appends."""

    audit_exempt = "it is the audit trail"

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class SignedHead(models.Model):
    """The head of one day under the installation's signature; a copy that is kept elsewhere binds everything before."""

    audit_exempt = "it is the audit trail"

    seq = models.BigIntegerField(_("number"))
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(_("when"), unique=True)
    document = models.JSONField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at} {self.seq} {self.hash}"


class Note(models.Model):
    """Words that somebody gave as a reason. The chain holds their keyed digest only, so they can be erased."""

    audit_exempt = "it is the audit trail"

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="words")
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.entry_id}"
