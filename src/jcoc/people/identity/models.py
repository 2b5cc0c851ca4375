"""Residents, sealed: what identifies a person lies under that person's key. Only services.py writes these tables."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.city.models import Place
from jcoc.people import scope
from jcoc.people.scope import Reader
from jcoc.trail import visibility
from jcoc.trail.access import AGENCY_OFFICER, DATA_OFFICER, KELURAHAN_OFFICER
from jcoc.trail.audit.digests import batched
from jcoc.trail.sealing import indexes, seals
from jcoc.trail.sealing.fields import SealedText

#: Who looks after residents' records.
OFFICERS = (KELURAHAN_OFFICER, AGENCY_OFFICER, DATA_OFFICER)
ADULT = 18


class Channel(models.TextChoices):
    """By which way a person wants to hear from the city; the channels of trail.channels, or none."""

    GATEWAY = "gateway", _("SMS or WhatsApp")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")
    NONE = "none", _("in person only")


class PersonQuerySet(models.QuerySet[Any]):
    def visible(self, principal: Reader | None) -> Self:
        """Those who live where an officer's role reaches, and oneself. Who has no place is the whole city's."""
        if principal is None:
            return self.none()
        return self.filter(
            scope.within(principal, OFFICERS, place_field="place") | scope.own_account(principal, "account")
        )


class Person(models.Model):
    """A person. The id says nothing of whom it names, and is the subject under whose key the sealed columns lie."""

    #: They follow from sealed columns, and their key is replaced from time to time.
    audit_exempt_fields = frozenset({"nik_index", "phone_index"})

    id = models.UUIDField(primary_key=True, editable=False)
    name = SealedText("identity.person.name", "name", verbose_name=_("name"))
    nik = SealedText("identity.person.nik", "number", verbose_name="NIK")
    phone = SealedText("identity.person.phone", "phone", verbose_name=_("telephone"))
    email = SealedText("identity.person.email", "email", verbose_name=_("e-mail"))
    address = SealedText("identity.person.address", verbose_name=_("address"))
    birth_date = SealedText("identity.person.birth_date", verbose_name=_("date of birth"))
    bank_account = SealedText(
        "identity.person.bank_account", "number", specific=True, verbose_name=_("bank account")
    )
    nik_index = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    phone_index = models.CharField(max_length=64, null=True, db_index=True, editable=False)  # noqa: DJ001
    preferred_channel = models.CharField(
        _("preferred way"), max_length=20, choices=Channel, default=Channel.GATEWAY
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kelurahan")
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )
    demonstration = models.BooleanField(default=False)
    registered = models.DateTimeField(_("registered"), auto_now_add=True)
    erased = models.DateTimeField(_("erased"), null=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["-registered", "id"]

    def __str__(self) -> str:
        return self.actor

    @property
    def actor(self) -> str:
        """Who this is as an actor in the audit trail."""
        return f"person-{self.pk}"

    def is_child(self, on: date) -> bool:
        """Whether the person is under 18 on a day; False where no birth date is known. Not logged."""
        if not self.birth_date or self.erased:
            return False
        try:
            child: bool = self.birth_date.judge(lambda born: age(date.fromisoformat(born), on) < ADULT)
        except seals.Erased:
            return False
        return child

    def standing_wards(self, on: date) -> list[Person]:
        """The children this person stands for on a day: under 18, and nobody ended it."""
        rows = Person.objects.filter(guardians__guardian=self, guardians__ended=None, erased=None)
        children = list(rows.order_by("guardians__since"))
        with seals.holding(child.pk for child in children):
            return [child for child in children if child.is_child(on)]


def children_among(subjects: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these persons are under 18 today."""
    found: set[uuid.UUID] = set()
    for some in batched(subjects, 500):
        rows = list(Person.objects.filter(pk__in=some, erased=None, birth_date__isnull=False))
        with seals.holding(person.pk for person in rows):
            found |= {person.pk for person in rows if person.is_child(timezone.localdate())}
    return found


def persons_of(principal: visibility.Reader | None, on: date) -> list[Person]:
    """For whom a principal may speak: first oneself, then the children one stands for. Empty where no resident."""
    if principal is None:
        return []
    own = Person.objects.filter(scope.own_account(principal, "account"), erased=None).first()
    return [own, *own.standing_wards(on)] if own else []


def age(born: date, on: date) -> int:
    """Completed years; who was born on 29 February completes one on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


SEALED = ("name", "nik", "phone", "email", "address", "birth_date", "bank_account")
#: What each sealed column is called.
WORDS = {f.name: f.verbose_name for f in Person._meta.fields if f.name in SEALED}
indexes.register(indexes.BlindIndex(Person, "nik_index", "nik"))
indexes.register(indexes.BlindIndex(Person, "phone_index", "phone"))


class GuardianshipQuerySet(models.QuerySet[Any]):
    def visible(self, principal: Reader | None) -> Self:
        """Those of whom one sees the child or the guardian."""
        seen = Person.objects.visible(principal)
        return self.filter(models.Q(child__in=seen) | models.Q(guardian__in=seen))


class Guardianship(models.Model):
    """That somebody stands for a child. It counts while the child is under 18 and nobody ended it."""

    guardian = models.ForeignKey(Person, models.CASCADE, related_name="wards", verbose_name=_("guardian"))
    child = models.ForeignKey(Person, models.CASCADE, related_name="guardians", verbose_name=_("child"))
    since = models.DateTimeField(_("since"), auto_now_add=True)
    ended = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "child"],
                condition=models.Q(ended=None),
                name="identity_guardianship_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(guardian=models.F("child")), name="identity_not_own_guardian"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.child_id}"
