"""Which programmes the centre has known: the only table of the contract, since a declaration is code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jcoc.indicators.checking import Fault
from jcoc.indicators.sentences import Sentence, Translate
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
    #: Why its indicators could not be brought in, as as_kept() writes it; they then stand as they were.
    refused = models.TextField(_("refused"), blank=True)
    since = models.DateField(_("since"))
    left = models.DateField(_("left"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def refusals(self, translate: Translate) -> list[str]:
        """A line for each fault, in the reader's language."""
        if not self.refused:
            return []
        return [
            Fault(where, field, Sentence(*reason), Sentence(*mend)).said(translate)
            for where, field, reason, mend in json.loads(self.refused)
        ]

    @property
    def name(self) -> str:
        return Words(self.name_id, self.name_en).in_(get_language())


def as_kept(faults: Sequence[Fault]) -> str:
    """The faults with their facts apart, so that nobody's language is kept."""
    return json.dumps(
        [
            (each.where, each.field, (each.reason.text, each.reason.facts), (each.mend.text, each.mend.facts))
            for each in faults
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )
