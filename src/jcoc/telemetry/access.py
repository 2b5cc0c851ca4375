from __future__ import annotations

from typing import Protocol

from django.db.models import QuerySet

from jcoc.telemetry.models import Datastream


class Reader(Protocol):
    @property
    def audiences(self) -> frozenset[str]: ...


def visible(reader: Reader | None) -> QuerySet[Datastream]:
    """The datastreams a reader may see: the one place that decides it. None is somebody without a log-in."""
    audiences = reader.audiences if reader else frozenset({"public"})
    return Datastream.objects.filter(audience__in=audiences)
