"""The Sensing entities of OGC SensorThings API 1.1 (OGC 18-088, clause 8.2), with its names and cardinalities.

Observation has no table here: observations live in the ObservationStore, keyed by Datastream.pk.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jcoc.telemetry import topics
from jcoc.trail.visibility import Reader, SeenByAdministrators

GEOJSON = "application/geo+json"


class Entity(models.Model):
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    properties = models.JSONField(_("properties"), default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Location(Entity):
    encoding_type = models.CharField(max_length=100, default=GEOJSON)
    location = models.JSONField(_("location"))


class ThingQuerySet(models.QuerySet["Thing"]):
    def visible(self, principal: Reader | None) -> Self:
        """Those of which one sees a datastream."""
        return self.filter(pk__in=Datastream.objects.visible(principal).values("thing"))


class Thing(Entity):
    code = models.SlugField(_("code"), max_length=100, unique=True)
    locations = models.ManyToManyField(Location, related_name="things", blank=True)

    objects = ThingQuerySet.as_manager()

    class Meta:
        ordering = ["code"]


class HistoricalLocation(models.Model):
    time = models.DateTimeField()
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="historical_locations")
    locations = models.ManyToManyField(Location, related_name="historical_locations")

    class Meta:
        ordering = ["-time"]

    def __str__(self) -> str:
        return f"{self.thing} {self.time:%Y-%m-%d}"


class Sensor(Entity):
    encoding_type = models.CharField(max_length=100, default="text/html")
    metadata = models.JSONField(default=str, blank=True)


class ObservedProperty(Entity):
    definition = models.URLField(max_length=300, blank=True)


class FeatureOfInterest(Entity):
    encoding_type = models.CharField(max_length=100, default=GEOJSON)
    feature = models.JSONField()


class Origin(models.TextChoices):
    """Where readings come from; whatever is not measured here says so wherever it is shown."""

    MEASURED = "measured", _("measured")
    SIMULATED = "simulated", _("simulated")
    STAND_IN = "stand-in", _("stand-in")  # real readings of another place, played back


class Audience(models.TextChoices):
    PUBLIC = "public", _("everybody")
    OPERATORS = "operators", _("operators")
    ADMINISTRATORS = "administrators", _("administrators")


#: What somebody without a log-in belongs to.
PUBLIC = frozenset({Audience.PUBLIC.value})


class DatastreamQuerySet(models.QuerySet["Datastream"]):
    def visible(self, principal: Reader | None) -> Self:
        """Those of the audiences that somebody belongs to; None is somebody without a log-in."""
        return self.of_audiences(principal.audiences if principal else PUBLIC)

    def of_audiences(self, audiences: frozenset[str]) -> Self:
        """Snapshot.visible() says the same in memory."""
        return self.filter(audience__in=audiences)


class Datastream(Entity):
    OBSERVATION_TYPE = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"

    code = models.SlugField(_("code"), max_length=100, unique=True)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, models.PROTECT, related_name="datastreams")
    observed_property = models.ForeignKey(ObservedProperty, models.PROTECT, related_name="datastreams")
    observation_type = models.CharField(max_length=200, default=OBSERVATION_TYPE)
    unit_name = models.CharField(_("unit"), max_length=100, blank=True)
    unit_symbol = models.CharField(_("unit symbol"), max_length=30, blank=True)
    unit_definition = models.CharField(max_length=300, blank=True)
    observed_area = models.JSONField(null=True, blank=True)
    dimension = models.CharField(_("dimension"), max_length=20, blank=True, db_index=True)
    origin = models.CharField(_("origin"), max_length=20, choices=Origin, default=Origin.MEASURED)
    origin_note = models.CharField(_("note on the origin"), max_length=300, blank=True)
    audience = models.CharField(_("audience"), max_length=20, choices=Audience, default=Audience.OPERATORS)

    objects = DatastreamQuerySet.as_manager()

    class Meta:
        ordering = ["code"]


class QualityRule(models.Model):
    """Limits whose crossing flags a reading and never deletes it. An empty field is a rule that does not apply."""

    datastream = models.OneToOneField(Datastream, models.CASCADE, related_name="quality_rule")
    lowest = models.FloatField(_("lowest plausible value"), null=True, blank=True)
    highest = models.FloatField(_("highest plausible value"), null=True, blank=True)
    rate_per_minute = models.FloatField(_("largest change a minute"), null=True, blank=True)
    flat_after = models.DurationField(_("flat when unchanged for"), null=True, blank=True)
    gap_after = models.DurationField(_("silent when nothing came for"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.datastream}"


class DeviceToken(models.Model):
    """What a device shows to send readings. Only the SHA-256 of it is kept: the token itself is 256 random bits."""

    name = models.CharField(_("name"), max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    datastreams = models.ManyToManyField(Datastream, related_name="device_tokens", blank=True)
    readings_per_second = models.PositiveIntegerField(_("readings a second"), default=1000)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = SeenByAdministrators.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name


class MqttTopic(models.Model):
    """Which datastream the messages of a topic are readings of."""

    topic = models.CharField(_("topic"), max_length=300, unique=True, validators=[topics.validate])
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="mqtt_topics")

    class Meta:
        ordering = ["topic"]

    def __str__(self) -> str:
        return self.topic


class DirectoryVersion(models.Model):
    """A number that grows with each change above, so that a running server sees what another process did; and, in a
    second row, one that grows when somebody may have lost a right."""

    audit_exempt = "a number that running servers watch"

    version = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.version}"
