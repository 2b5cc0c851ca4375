"""Field notes of the demonstration. Only services.py writes this table."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from jcoc.city.models import Place
from jcoc.trail.access import STAFF
from jcoc.trail.uploads.models import Upload


class Urgency(models.TextChoices):
    LOW = "low", _("for information")
    MEDIUM = "medium", _("needs a look")
    HIGH = "high", _("urgent")


class FieldNoteQuerySet(models.QuerySet[Any]):
    def visible(self, principal: Any) -> Self:
        """Staff sees every note; nobody else sees one."""
        return self if principal and principal.roles & set(STAFF) else self.none()


class FieldNote(models.Model):
    text = models.TextField(_("what was seen"), max_length=1000)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("kelurahan"))
    seen = models.DateTimeField(_("when it was seen"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency)
    photo = models.ForeignKey(
        Upload, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    #: The opaque id of who wrote it.
    author = models.CharField(max_length=80)
    #: Counts the changes: who changes a note says which state was seen.
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    objects = FieldNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-seen", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"
