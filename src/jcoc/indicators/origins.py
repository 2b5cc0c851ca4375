"""The order of origins, from the most certain to the least."""

from __future__ import annotations

from collections.abc import Iterable

from jcoc.indicators.models import Origin

CERTAINTY = (
    Origin.MEASURED,
    Origin.ENTERED,
    Origin.PUBLISHED,
    Origin.CORRECTED,  # a person's figure in the place of one of these: no longer that source's
    Origin.STAND_IN,
    Origin.SIMULATED,
)


def least_certain(origins: Iterable[str]) -> Origin:
    """Of what went into a value; measured where nothing did."""
    return max((Origin(each) for each in origins), key=CERTAINTY.index, default=Origin.MEASURED)
