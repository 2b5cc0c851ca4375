"""Indicators and their values: indicator × place × period. Only services/ writes these tables."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jcoc.city.models import Place
from jcoc.indicators.periods import Period, PeriodType, containing
from jcoc.indicators.said import told
from jcoc.indicators.units import UNITS, Unit
from jcoc.indicators.words import Words
from jcoc.trail.access import STAFF
from jcoc.trail.visibility import Reader


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible(self, principal: Reader | None) -> Self:
        """All of them for the city's staff; everybody else sees the public ones."""
        # Not "is not None": a request's principal is lazy, and only its truth says that there is none.
        if principal and not principal.roles.isdisjoint(STAFF):
            return self.all()
        return self.filter(public=True)

    def in_use(self) -> Self:
        return self.filter(retired__isnull=True)


class Indicator(models.Model):
    """A declaration as it stands in force. What it measures never changes under one code."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    #: The programme that declares it, or the name of the register (a file of the city) that does.
    declared_by = models.CharField(_("declared by"), max_length=80, db_index=True)
    uri = models.CharField(_("address in a public list"), max_length=300, blank=True)
    name_id = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    method_id = models.TextField()
    method_en = models.TextField()
    unit_code = models.CharField(_("unit"), max_length=30)
    direction = models.CharField(_("direction"), max_length=10)
    period_type = models.CharField(_("period"), max_length=20)
    dimension = models.CharField(_("dimension"), max_length=20, db_index=True)
    sub_dimension = models.CharField(_("sub-dimension"), max_length=40)
    owner = models.CharField(_("agency"), max_length=200)
    source = models.JSONField(_("source"))  # stored.py writes and reads it
    levels = models.JSONField(_("levels of place"))
    target_source = models.CharField(_("who set the targets"), max_length=300, blank=True)
    settles_after_s = models.PositiveIntegerField()
    decimals = models.PositiveSmallIntegerField()
    public = models.BooleanField(_("public"))
    licence = models.CharField(_("licence"), max_length=50)
    retired = models.DateField(_("no longer kept since"), null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["dimension", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return Words(self.name_id, self.name_en).in_(get_language())

    @property
    def method(self) -> str:
        return Words(self.method_id, self.method_en).in_(get_language())

    @property
    def unit(self) -> Unit:
        return UNITS[self.unit_code]

    @property
    def unit_symbol(self) -> str:
        return self.unit.symbol.in_(get_language())

    def period_of(self, day: date) -> Period:
        return containing(PeriodType(self.period_type), day)


class TargetQuerySet(models.QuerySet["Target"]):
    def visible(self, principal: Reader | None) -> Self:
        return self.filter(indicator__in=Indicator.objects.visible(principal))


class Target(models.Model):
    """The city's value to be reached by the end of a period."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    start = models.DateField(_("period from"))
    end = models.DateField(_("period to"))
    value = models.FloatField(_("value"))

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "start"]
        constraints = [models.UniqueConstraint(fields=["indicator", "start"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.start}"


class Origin(models.TextChoices):
    """Where a value comes from, the least certain of what went into it; shown wherever the value is."""

    MEASURED = "measured", _("measured")
    ENTERED = "entered", _("handed in by the agency")
    PUBLISHED = "published", _("published")
    CORRECTED = "corrected", _("corrected")
    STAND_IN = "stand-in", _("stand-in")
    SIMULATED = "simulated", _("simulated")


class Cause(models.TextChoices):
    """Why a revision was made."""

    COMPUTED = "computed", _("computed")
    LATE = "late", _("late records")
    CORRECTED = "corrected", _("corrected")
    IMPORTED = "imported", _("handed in")
    PUBLISHED = "published", _("published")


class ValueQuerySet(models.QuerySet["Value"]):
    def visible(self, principal: Reader | None) -> Self:
        return self.filter(indicator__in=Indicator.objects.visible(principal))

    def current(self) -> Self:
        """The newest revision of each."""
        return self.filter(current=True)


class Value(models.Model):
    """One revision of the value of an indicator in a place and a period. It is never edited: the next replaces it.

    `value` is empty where there is none (no denominator); `note` then says why.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    start = models.DateField(_("period from"))
    end = models.DateField(_("period to"))
    revision = models.PositiveIntegerField(_("revision"))
    current = models.BooleanField(default=True)  # the one field that changes: services/ claims it
    value = models.FloatField(_("value"), null=True, blank=True)
    numerator = models.FloatField(_("numerator"), null=True, blank=True)
    denominator = models.FloatField(_("denominator"), null=True, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    query = models.TextField(_("query"), blank=True)  # what was asked, as compact JSON
    row_count = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    #: The share of the period's hours in which a reading entered, 0 to 1; none where it is not made of readings.
    coverage = models.FloatField(_("hours with readings"), null=True, blank=True)
    rows_sha256 = models.CharField(_("SHA-256 of the rows"), max_length=64, blank=True)
    source_name = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)
    made = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.CharField(_("by"), max_length=80)  # an actor's opaque id

    objects = ValueQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "place", "start", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "place", "start", "revision"], name="value_revision_once"
            ),
            models.UniqueConstraint(
                fields=["indicator", "place", "start"], condition=Q(current=True), name="value_current_once"
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="value_later_revision_has_reason"
            ),
            models.CheckConstraint(condition=Q(value__isnull=False) | ~Q(note=""), name="value_or_note"),
        ]
        indexes = [
            models.Index(fields=["indicator", "start", "place"], name="value_of_period"),
            # The newest revisions of an indicator are few among hundreds of thousands of values.
            models.Index(fields=["indicator", "-made"], condition=Q(revision__gt=1), name="value_revised"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.place} {self.start} r{self.revision}"

    @property
    def period(self) -> Period:
        return self.indicator.period_of(self.start)

    @property
    def told_reason(self) -> str:
        """The reason in the reader's language, or in the words of the person who gave it."""
        return told(self.reason)

    @property
    def told_note(self) -> str:
        return told(self.note)


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible(self, principal: Reader | None) -> Self:
        return self.filter(value__indicator__in=Indicator.objects.visible(principal))

    def open(self) -> Self:
        return self.filter(closed__isnull=True)


class Flag(models.Model):
    """That a recomputation from the same rows gave another number, or that the rows of a final value changed."""

    value = models.ForeignKey(Value, models.PROTECT, related_name="flags")
    found = models.DateTimeField(_("found"), auto_now_add=True)
    kept = models.CharField(_("kept"), max_length=100)
    recomputed = models.CharField(_("recomputed"), max_length=100)
    closed = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_why = models.CharField(_("why"), max_length=300, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["-found"]
        constraints = [
            models.UniqueConstraint(fields=["value"], condition=Q(closed__isnull=True), name="flag_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.value}"

    @property
    def told_kept(self) -> str:
        return told(self.kept)

    @property
    def told_recomputed(self) -> str:
        return told(self.recomputed)

    @property
    def told_why(self) -> str:
        return told(self.closed_why)
