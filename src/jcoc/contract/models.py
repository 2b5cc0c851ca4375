"""Which programmes the centre has known: the only table of the contract, since a declaration is code."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jcoc.indicators.words import Words
from jcoc.trail.access import STAFF
from jcoc.trail.visibility import SeenByRoles


class EnrolmentQuerySet(SeenByRoles):
    readers: ClassVar[tuple[str, ...]] = STAFF


class Enrolment(models.Model):
    """A programme since it first ran here. One that has left keeps its row, as its indicators keep their values."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    name_id = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    #: Why its indicators could not be brought in, a sentence a line; they then stand as they were.
    refused = models.TextField(_("refused"), blank=True)
    since = models.DateField(_("since"))
    left = models.DateField(_("left"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return Words(self.name_id, self.name_en).in_(get_language())
