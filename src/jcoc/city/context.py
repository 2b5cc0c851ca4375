"""What every page knows of the city."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from jcoc.city.models import Level, Place


def city(request: HttpRequest) -> dict[str, object]:
    """The city's name, read where a page shows it."""
    return {"city_name": SimpleLazyObject(city_name)}


def city_name() -> str:
    """As the city's tables have it today; what jcoc is while they are empty."""
    return _named() or _("City operation centre")


def government_name() -> str:
    """As the city's government signs, which is in Indonesian in every language; empty while the tables are."""
    return f"Pemerintah {name}" if (name := _named()) else ""


def _named() -> str:
    named = Place.objects.valid_on(timezone.localdate()).filter(level=Level.KOTA)
    return named.values_list("name", flat=True).first() or ""
