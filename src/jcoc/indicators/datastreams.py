"""The datastreams that a source names, and whether they are told in the indicator's unit.

Apart from their readings (streams.py), because every start of the centre asks for the units and none for readings.
"""

from __future__ import annotations

from collections.abc import Sequence

from jcoc.indicators.declaration import OfStreams
from jcoc.indicators.sentences import Sentence
from jcoc.indicators.unitfit import misfit, unit_of
from jcoc.telemetry.models import PUBLIC, Datastream, DatastreamQuerySet
from jcoc.trail.marking import gettext_noop


def chosen(source: OfStreams, *, public: bool) -> DatastreamQuerySet:
    """Of an observed property a public indicator takes the public datastreams alone."""
    if source.datastreams:
        return Datastream.objects.filter(code__in=source.datastreams)
    found = Datastream.objects.filter(observed_property__name=source.observed_property)
    return found.of_audiences(PUBLIC) if public else found


def wrong_unit(source: OfStreams, unit: str, symbols: Sequence[str]) -> Sentence | None:
    """Why readings told in these units cannot be told in that one."""
    meant = {(told.code if (told := unit_of(symbol)) else symbol): symbol for symbol in symbols}
    if len(meant) > 1:
        return Sentence(
            gettext_noop("Its datastreams are told in different units: %(units)s."),
            {"units": ", ".join(sorted(meant.values()))},
        )
    return next(filter(None, (misfit(source, unit, symbol) for symbol in meant.values())), None)
