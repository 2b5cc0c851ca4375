from __future__ import annotations

from typing import Protocol

from django.db.models import QuerySet

from jcoc.telemetry.models import Datastream


class Reader(Protocol):
    @property
    def audiences(self) -> frozenset[str]: ...


#: What somebody without a log-in belongs to.
PUBLIC = frozenset({"public"})


def visible(reader: Reader | None) -> QuerySet[Datastream]:
    """The datastreams a reader may see; None is somebody without a log-in."""
    return seen_by(reader.audiences if reader else PUBLIC)


def seen_by(audiences: frozenset[str]) -> QuerySet[Datastream]:
    """The datastreams of these audiences. Snapshot.visible() says the same in memory."""
    return Datastream.objects.filter(audience__in=audiences)
