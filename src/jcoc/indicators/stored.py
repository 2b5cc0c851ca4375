"""A declared source as JSON and back: what Indicator.source keeps. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from jcoc.indicators.declaration import Entered, OfStreams, Ratio, Source, Tally

KINDS: dict[str, type[Source]] = {
    "streams": OfStreams,
    "tally": Tally,
    "ratio": Ratio,
    "entered": Entered,
}


def as_json(source: Source) -> dict[str, Any]:
    """{"kind": …} and the declaration's fields; lists for tuples."""
    kind = next(name for name, type_ in KINDS.items() if isinstance(source, type_))
    fields: dict[str, Any] = msgspec.to_builtins(source)
    return {"kind": kind} | fields


def from_json(kept: dict[str, Any]) -> Source:
    """:class:`msgspec.ValidationError` where it is no source."""
    fields = dict(kept)
    kind = fields.pop("kind", None)
    if kind not in KINDS:
        raise msgspec.ValidationError(f"{kind!r} is no kind of source; there are {', '.join(KINDS)}.")
    return msgspec.convert(fields, KINDS[kind])
