"""Spreadsheets of values: whoever may see the import may see its file."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jcoc.indicators.spreadsheet.models import MAY_HAND_IN, Import
from jcoc.trail.uploads.purposes import Purpose, register


def _seen(principal: Any) -> Q:
    return Q(pk__in=Import.objects.visible(principal).values("file"))


SPREADSHEET = register(
    Purpose("spreadsheet.values", _("spreadsheet of values"), roles=frozenset(MAY_HAND_IN), scope=_seen)
)
