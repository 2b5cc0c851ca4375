"""A declared source as JSON and back: what Indicator.source keeps. Pure."""

from __future__ import annotations

from collections.abc import Iterator
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
    # Not to_builtins: it leaves tuples, and what the database gives back would never equal them.
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(source))
    return {"kind": kind} | fields


def from_json(kept: dict[str, Any]) -> Source:
    """:class:`msgspec.ValidationError` where it is no source."""
    fields = dict(kept)
    kind = fields.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise msgspec.ValidationError(f"{kind!r} is no kind of source; there are {', '.join(KINDS)}.")
    source = msgspec.convert(fields, KINDS[kind])
    # msgspec leaves aside what a dataclass does not have; a field that is written wrongly would not be noticed.
    if unknown := list(_unknown(fields, msgspec.to_builtins(source))):
        raise msgspec.ValidationError(f"there is no field “{unknown[0]}” in {kind}.")
    return source


def _unknown(given: dict[str, Any], known: dict[str, Any], within: str = "") -> Iterator[str]:
    for name, value in given.items():
        if name not in known:
            yield within + name
        elif isinstance(value, dict):
            yield from _unknown(value, known[name], f"{within}{name}.")
