"""Messages, what became of each step by step, and whom not to write to. Only services.py writes these tables."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jcoc.trail import access
from jcoc.trail.channels import states
from jcoc.trail.sealing.fields import SealedText
from jcoc.trail.visibility import Reader, SeenByRoles

#: Who sees every message; an officer of an agency sees what was sent by that officer or for the own programme.
OVERSEERS = (access.ADMINISTRATOR, access.DATA_OFFICER)


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    GATEWAY = "gateway", _("SMS or WhatsApp")
    LETTER = "letter", _("letter")


class State(models.TextChoices):
    HELD = states.HELD, _("would be sent")
    QUEUED = states.QUEUED, _("waiting")
    SENDING = states.SENDING, _("being sent")
    SENT = states.SENT, _("sent")
    DELIVERED = states.DELIVERED, _("delivered")
    FAILED = states.FAILED, _("failed")
    BOUNCED = states.BOUNCED, _("came back")
    SUPPRESSED = states.SUPPRESSED, _("not to be sent")
    CANCELLED = states.CANCELLED, _("called off")


class Messages(models.QuerySet["Message"]):
    def visible(self, principal: Reader | None) -> Self:
        if principal is None:
            return self.none()
        if not principal.roles.isdisjoint(OVERSEERS):
            return self.all()
        if access.AGENCY_OFFICER not in principal.roles:
            return self.none()
        grants = getattr(principal, "grants", ())
        own = {held.programme for held in grants if held.role == access.AGENCY_OFFICER and held.programme}
        return self.filter(Q(by=principal.id) | Q(programme__in=own))


class Message(models.Model):
    """One message to one address. What it says and where it goes is sealed under its subject's key.

    The columns of its course change with each attempt, and each attempt is an audited row of its own.
    """

    audit_exempt_fields = frozenset(
        {"state", "version", "tries", "due", "claimed_until", "provider_id", "batch", "address_index"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created = models.DateTimeField(_("made"), auto_now_add=True, db_index=True)
    by = models.CharField(_("by"), max_length=80)
    kind = models.CharField(_("kind"), max_length=80)
    purpose = models.CharField(max_length=40)
    programme = models.CharField(max_length=40, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    language = models.CharField(_("language"), max_length=8)
    subject = models.UUIDField(db_index=True)
    #: False where the key belongs to this message alone, because it is to nobody whom we keep as a person.
    of_person = models.BooleanField()
    address = SealedText("channels.address", subject="subject")
    address_index = models.CharField(max_length=64, blank=True, db_index=True)
    content = SealedText("channels.content", subject="subject")
    expires = models.DateTimeField(null=True)

    state = models.CharField(_("state"), max_length=12, choices=State)
    version = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=200, blank=True, db_index=True)
    batch = models.UUIDField(null=True, db_index=True)

    objects = Messages.as_manager()

    class Meta:
        ordering = ["-created"]
        indexes = [models.Index(fields=["state", "due"], name="channels_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attempts(models.QuerySet["Attempt"]):
    def visible(self, principal: Reader | None) -> Self:
        return self.filter(message__in=Message.objects.visible(principal))


class Attempt(models.Model):
    """A step in a message's course; append-only. Number and message are unique: of two who take one step, one does."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State)
    code = models.CharField(max_length=40)
    #: What a server answered; it may name the reader.
    words = SealedText("channels.words", subject="subject")

    objects = Attempts.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="channels_one_step")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.number} {self.state}"

    @property
    def subject(self) -> uuid.UUID:
        return self.message.subject


class SeenByOverseers(SeenByRoles):
    readers = OVERSEERS


class OptOut(models.Model):
    """An address whose reader wants no messages of a purpose; an empty purpose stands for all but service messages."""

    audit_exempt_fields = frozenset({"address_index"})

    at = models.DateTimeField(auto_now_add=True)
    how = models.CharField(max_length=12)  # "page", "one-click", "reply"
    purpose = models.CharField(max_length=40, blank=True)
    subject = models.UUIDField(db_index=True)
    address = SealedText("channels.address", subject="subject")
    address_index = models.CharField(max_length=64)

    objects = SeenByOverseers.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address_index", "purpose"], name="channels_one_optout")
        ]

    def __str__(self) -> str:
        return f"{self.purpose or '*'} {self.at}"


class DeadAddress(models.Model):
    """An address that is not there, as a bounce or a refusal said; nothing is sent to it until somebody lifts that."""

    audit_exempt_fields = frozenset({"address_index"})

    at = models.DateTimeField(auto_now_add=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    subject = models.UUIDField(db_index=True)
    address = SealedText("channels.address", subject="subject")
    address_index = models.CharField(max_length=64, unique=True)

    objects = SeenByOverseers.as_manager()

    def __str__(self) -> str:
        return f"{self.at}"


class Nobody(models.QuerySet["Call"]):
    def visible(self, principal: Reader | None) -> Self:
        return self.none()


class Call(models.Model):
    """A reply that the gateway brought and that was worked in; brought again, it changes nothing."""

    audit_exempt = "bookkeeping: what a call changes is an attempt or an opt-out, which are audited"
    KEPT = timedelta(days=90)

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = Nobody.as_manager()

    def __str__(self) -> str:
        return self.digest[:8]
