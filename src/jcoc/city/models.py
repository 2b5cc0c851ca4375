"""The city in time: places, boundaries, rivers, sites, days off. Only services.py writes these tables."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jcoc.city.facts import in_force
from jcoc.trail.visibility import SeenByAdministrators, SeenByAll


class Level(models.TextChoices):
    """The levels of the Kemendagri code."""

    KOTA = "kota", _("city")
    KECAMATAN = "kecamatan", pgettext_lazy("level", "kecamatan")
    KELURAHAN = "kelurahan", pgettext_lazy("level", "kelurahan")


def valid_on(day: date) -> Q:
    """Rows in force on a day. Both ends are inclusive; an empty start is "since before the record"."""
    started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    not_ended = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return started & not_ended


class InTime(SeenByAll):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_on(day))


class PlaceQuerySet(InTime):
    def of_level(self, level: str) -> Self:
        return self.filter(level=level)


def in_order_of_time(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True)
        | Q(valid_to__isnull=True)
        | Q(valid_to__gte=models.F("valid_from")),
        name=name,
        violation_error_message=_("The last day lies before the first."),
    )


class Place(models.Model):
    """A city, kecamatan or kelurahan. Its code is Kemendagri's and is never given to another place."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    validity_note = models.CharField(_("note on the validity"), max_length=300, blank=True)
    lon = models.FloatField(_("longitude of the centroid"))
    lat = models.FloatField(_("latitude of the centroid"))
    area_km2 = models.FloatField(_("computed area in km²"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [in_order_of_time("place_in_order_of_time")]
        indexes = [models.Index(fields=["level", "code"])]

    def __str__(self) -> str:
        return self.name

    def valid_on(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)


class Succession(models.Model):
    """That a place came from another. Without a predecessor it says that a place began, and that nobody knows
    from which: figures are then compared on the kecamatan, never split by a guess."""

    successor = models.ForeignKey(
        Place, models.CASCADE, related_name="predecessors", verbose_name=_("successor")
    )
    predecessor = models.ForeignKey(
        Place,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("predecessor"),
        help_text=_("Empty where it is not known."),
    )
    date = models.DateField(_("date"))
    source = models.CharField(_("source"), max_length=300)
    note = models.TextField(_("note"), blank=True)

    objects = SeenByAll.as_manager()

    class Meta:
        ordering = ["-date", "successor__code", "predecessor__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["successor", "predecessor"],
                name="succession_once",
                violation_error_message=_("That succession stands already."),
            ),
            models.UniqueConstraint(
                fields=["successor"],
                condition=Q(predecessor__isnull=True),
                name="succession_unknown_once",
                violation_error_message=_("That its predecessor is not known stands already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor or '?'} → {self.successor}"


class BoundaryImport(models.Model):
    """One accepted file of boundaries and what its check found."""

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    imported = models.DateTimeField(_("imported"), auto_now_add=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    faults = models.JSONField(_("faults"), default=list)

    objects = SeenByAdministrators.as_manager()

    class Meta:
        ordering = ["-imported"]

    def __str__(self) -> str:
        return self.file_name


class Boundary(models.Model):
    """The outline of a place for a time: a GeoJSON geometry in WGS 84 as text."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="boundaries")
    geometry = models.TextField(_("geometry"))
    approximate = models.BooleanField(_("approximate"), default=False)
    dissolved = models.BooleanField(_("dissolved from smaller places"), default=False)
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    imported_in = models.ForeignKey(BoundaryImport, models.PROTECT, related_name="boundaries")

    objects = InTime.as_manager()

    class Meta:
        ordering = ["place__code", "valid_from"]
        verbose_name_plural = "boundaries"
        constraints = [
            in_order_of_time("boundary_in_order_of_time"),
            models.UniqueConstraint(fields=["place", "valid_from"], name="boundary_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.place}"

    @property
    def geojson(self) -> dict[str, Any]:
        geometry: dict[str, Any] = json.loads(self.geometry)
        return geometry


class River(models.Model):
    code = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    also_called = models.CharField(_("also called"), max_length=100, blank=True)
    catchment_km2 = models.FloatField(_("catchment in km²"), null=True, blank=True)
    city = models.ForeignKey(Place, models.CASCADE, related_name="rivers")
    source = models.CharField(_("source"), max_length=300)

    objects = SeenByAll.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RiverStretch(models.Model):
    """A part of a river's axis, measured along it from the axis's first point."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    river = models.ForeignKey(River, models.CASCADE, related_name="stretches")
    line = models.TextField(_("line"))  # a GeoJSON LineString in WGS 84 as text
    from_m = models.FloatField(_("from, in metres"))
    to_m = models.FloatField(_("to, in metres"))
    approximate = models.BooleanField(_("approximate"), default=False)
    source = models.CharField(_("source"), max_length=300)

    objects = SeenByAll.as_manager()

    class Meta:
        ordering = ["river", "from_m"]
        verbose_name_plural = "river stretches"
        constraints = [
            models.CheckConstraint(condition=Q(to_m__gt=models.F("from_m")), name="stretch_has_length")
        ]

    def __str__(self) -> str:
        return f"{self.river} {self.from_m:.0f}-{self.to_m:.0f} m"


class SiteKind(models.TextChoices):
    OPERATION_CENTRE = "operation_centre", _("operation centre")
    LANDFILL = "landfill", _("landfill")
    SCHOOL = "school", _("school")
    FLOOD_POINT = "flood_point", _("flood point")


class Site(models.Model):
    code = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=SiteKind)
    place = models.ForeignKey(Place, models.PROTECT, related_name="sites", verbose_name=_("place"))
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    approximate = models.BooleanField(_("approximate"), default=False)
    simulated = models.BooleanField(_("simulated"), default=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300)
    note = models.TextField(_("note"), blank=True)

    objects = SeenByAll.as_manager()

    class Meta:
        ordering = ["kind", "code"]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """What the city knows better than the holidays library: a day off that it lacks, or one taken back."""

    date = models.DateField(_("date"), unique=True)
    day_off = models.BooleanField(_("day off"))
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=300)

    objects = SeenByAll.as_manager()

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class MapRevision(models.Model):
    """One row whose number is another after each change of what the map shows: the maps' caches key on it.

    It is drawn by lot: a count could come to the same number again after a restore from a backup.
    """

    audit_exempt = "a number that caches key on"

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number}"
