"""Consent, requests, breaches, what retention froze, and who was erased.

A person is a subject (a UUID) here, without a foreign key: these rows outlive the person's data. What somebody wrote
is sealed under the subject's key. Only services/ writes these tables.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.people.identity.models import persons_of
from jcoc.people.privacy.clocks import Clock
from jcoc.trail.access import ADMINISTRATOR, DATA_OFFICER
from jcoc.trail.sealing.fields import SealedText
from jcoc.trail.visibility import Reader, SeenByRoles


class SeenByDataOfficers(SeenByRoles):
    readers = (DATA_OFFICER,)


class SeenByKeepers(SeenByRoles):
    """What has no person in it: also for those who keep the machine."""

    readers = (DATA_OFFICER, ADMINISTRATOR)


class ConsentText(models.Model):
    """One version of what people agree to. It never changes: another wording is another version."""

    purpose = models.CharField(_("purpose"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5)
    text = models.TextField(_("text"))
    valid_from = models.DateTimeField(_("valid from"))
    asks_again = models.BooleanField(
        _("asks everybody again"),
        default=False,
        help_text=_("For a change of what is done with the data: earlier consent no longer counts."),
    )

    objects = SeenByDataOfficers.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version", "language"], name="privacy_one_text_a_version"
            )
        ]
        ordering = ["purpose", "-version", "language"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"


class ConsentEvent(models.Model):
    """Consent that was given or withdrawn; the newest counts. Rows are only added."""

    subject = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=60)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="events")
    given = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)  # the person, a guardian, or an officer who has a signed paper
    via = models.CharField(max_length=40)

    objects = SeenByDataOfficers.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "purpose", "-at"], name="privacy_consent_newest")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.purpose} {'given' if self.given else 'withdrawn'} {self.at:%Y-%m-%d}"


class RequestKind(models.TextChoices):
    SEE = "see", _("see what is held")
    CORRECT = "correct", _("correct it")
    RESTRICT = "restrict", _("restrict its use")
    ERASE = "erase", _("erase it")
    EXPORT = "export", _("take it along")
    WITHDRAW = "withdraw", _("withdraw consent")


class RequestState(models.TextChoices):
    RECEIVED = "received", _("received")
    IN_WORK = "in_work", _("in work")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


OPEN_STATES = (RequestState.RECEIVED, RequestState.IN_WORK)


class RequestQuerySet(SeenByDataOfficers):
    def visible(self, principal: Reader | None) -> Self:
        """All for data protection officers; else one's own and those of the children one stands for."""
        if principal and not principal.roles.isdisjoint(self.readers):
            return self.all()
        return self.filter(subject__in=[who.pk for who in persons_of(principal, timezone.localdate())])


class Request(models.Model):
    """Something a person asked for, with its clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField(db_index=True)
    kind = models.CharField(_("what is asked for"), max_length=10, choices=RequestKind)
    purpose = models.CharField(_("purpose"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.RECEIVED)
    received = models.DateTimeField(_("received"))
    closed = models.DateTimeField(_("closed"), null=True, blank=True)
    via = models.CharField(_("how it came"), max_length=40)
    words = SealedText("privacy.request.words", subject="subject", verbose_name=_("in the person's words"))
    answer = SealedText("privacy.request.answer", subject="subject", verbose_name=_("answer"))

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["received"]
        indexes = [models.Index(fields=["state", "received"], name="privacy_request_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.received:%Y-%m-%d}"

    @property
    def clock(self) -> Clock:
        return Clock(self.received, self.closed)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class RequestStep(models.Model):
    """A change of a request's state; rows are only added."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    before = models.CharField(max_length=10, choices=RequestState, blank=True)
    after = models.CharField(max_length=10, choices=RequestState)

    objects = SeenByDataOfficers.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Restriction(models.Model):
    """While it stands, a person's data is kept but not used (article 41)."""

    subject = models.UUIDField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    request = models.ForeignKey(Request, models.PROTECT, related_name="restrictions")

    objects = SeenByDataOfficers.as_manager()

    def __str__(self) -> str:
        return f"{self.subject} {self.since:%Y-%m-%d}"


class BreachState(models.TextChoices):
    OPEN = "open", _("open")
    NOTIFIED = "notified", _("notified")
    CLOSED = "closed", _("closed")


class Breach(models.Model):
    """Personal data that was lost, seen, changed or given away without right (article 46)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("short name"), max_length=120)
    discovered = models.DateTimeField(_("discovered"), help_text=_("The clock of 3×24 hours starts here."))
    happened_from = models.DateTimeField(_("happened from"), null=True, blank=True)
    happened_until = models.DateTimeField(_("until"), null=True, blank=True)
    kinds = models.JSONField(_("which data"), default=list, blank=True)
    affected = models.PositiveIntegerField(
        _("people affected"), null=True, blank=True, help_text=_("Empty while it is not known.")
    )
    how = models.TextField(_("how it happened"), blank=True)
    consequences = models.TextField(_("what it may lead to"), blank=True)
    remedy = models.TextField(_("what was done and will be done"), blank=True)
    advice = models.TextField(_("what people can do themselves"), blank=True)
    contact = models.CharField(_("who answers questions"), max_length=200, blank=True)
    public = models.BooleanField(
        _("also told to the public"),
        default=False,
        help_text=_("Where it disturbs public services or has serious consequences."),
    )
    state = models.CharField(_("state"), max_length=10, choices=BreachState, default=BreachState.OPEN)
    notified = models.DateTimeField(_("notified"), null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)

    objects = SeenByDataOfficers.as_manager()

    class Meta:
        ordering = ["-discovered"]

    def __str__(self) -> str:
        return self.title

    @property
    def clock(self) -> Clock:
        return Clock(self.discovered, self.notified)


class BreachStep(models.Model):
    """What happened with a breach, when and by whom; rows are only added."""

    breach = models.ForeignKey(Breach, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    what = models.CharField(max_length=40)

    objects = SeenByDataOfficers.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what


class RetentionRun(models.Model):
    """What one run of retention removed of one kind, and the summary that stays in its stead."""

    code = models.CharField(max_length=60)
    at = models.DateTimeField()
    before = models.DateTimeField()
    removed = models.PositiveIntegerField()
    summary = models.JSONField(default=dict)

    objects = SeenByKeepers.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.at:%Y-%m-%d}"


class Erasure(models.Model):
    """That a subject was erased, so that a backup from before does not bring it back."""

    subject = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    request = models.ForeignKey(Request, models.SET_NULL, null=True, blank=True, related_name="+")
    rows = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.subject}"


def consented(subject: uuid.UUID, purpose: str, at: datetime) -> bool:
    """Whether consent stands at an instant: the newest event before it gave it, to a text that still counts."""
    newest = (
        ConsentEvent.objects.filter(subject=subject, purpose=purpose, at__lte=at)
        .select_related("text")
        .order_by("-at", "-pk")
        .first()
    )
    if newest is None or not newest.given or newest.text is None:
        return False
    asked_again = ConsentText.objects.filter(
        purpose=purpose, asks_again=True, valid_from__lte=at, version__gt=newest.text.version
    )
    return not asked_again.exists()


def restricted(subject: uuid.UUID, at: datetime) -> bool:
    """Whether a restriction stands at an instant."""
    standing = models.Q(until__isnull=True) | models.Q(until__gt=at)
    return Restriction.objects.filter(standing, subject=subject, since__lte=at).exists()
