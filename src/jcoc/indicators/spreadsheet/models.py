"""Files that agencies handed in: drafts that are looked at, and what became of them. Only services.py writes them."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jcoc.indicators.models import Indicator
from jcoc.people import scope
from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER
from jcoc.trail.uploads.models import Upload

MAY_HAND_IN = (AGENCY_OFFICER, ADMINISTRATOR)


def indicators_for(principal: Any) -> models.QuerySet[Indicator]:
    """Those that somebody may hand in values for: in use, and kept by an agency, not computed from rows."""
    within = scope.within(principal, MAY_HAND_IN, programme_field="declared_by")
    return handed_in().filter(within, pk__in=Indicator.objects.visible(principal))


def handed_in() -> models.QuerySet[Indicator]:
    """Those in use whose values an agency keeps."""
    return Indicator.objects.in_use().filter(source__kind="entered")


class State(models.TextChoices):
    DRAFT = "draft", _("being looked at")
    KEPT = "kept", _("kept")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class ImportQuerySet(models.QuerySet["Import"]):
    def visible(self, principal: Any) -> Self:
        """One's own, and those whose indicators all are ones that one may hand in."""
        if principal is None or principal.roles.isdisjoint(MAY_HAND_IN):
            return self.none()
        within = scope.within(principal, MAY_HAND_IN, programme_field="declared_by")
        beyond = Indicator.objects.exclude(within)
        return self.filter(Q(made_by=principal.id) | ~Q(indicators__in=beyond)).distinct()


class Import(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name=_("file"))
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    indicators = models.ManyToManyField(Indicator, related_name="+", verbose_name=_("indicators"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    choices = models.JSONField(default=dict, blank=True)  # choosing.py writes and reads it
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    new = models.PositiveIntegerField(_("new values"), default=0)
    changed = models.PositiveIntegerField(_("changed values"), default=0)
    made = models.DateTimeField(_("handed in"), auto_now_add=True, db_index=True)
    made_by = models.CharField(_("by"), max_length=80)  # an actor's opaque id
    ended = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def values(self) -> int:
        return self.new + self.changed
