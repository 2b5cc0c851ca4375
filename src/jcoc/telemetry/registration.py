"""What a TOML file says of a thing and its datastreams, for `jcoc telemetry register`. Pure: bytes in, forms out.

docs/station.toml is such a file with every part explained. The map of a CSV file has the same parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Number = Annotated[float, Meta(ge=-1e300, le=1e300)]  # no NaN, no infinity
Minutes = Annotated[float, Meta(gt=0, le=10 * 366 * 24 * 60)]


class FormError(ValueError):
    """The file cannot be used; the text is a sentence."""


class ThingForm(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    description: str = ""
    place: str = ""
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None


class DatastreamForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The fields of services.NewDatastream that a file can know, with durations in minutes."""

    code: str
    name: str
    observed_property: str
    property_definition: str = ""
    description: str = ""
    sensor: str = ""
    unit_name: str = ""
    unit_symbol: str = ""
    unit_definition: str = ""
    dimension: str = ""
    origin: str = "measured"
    origin_note: str = ""
    audience: str = "operators"
    topic: str = ""
    lowest: Number | None = None
    highest: Number | None = None
    rate_per_minute: Number | None = None
    flat_after_minutes: Minutes | None = None
    gap_after_minutes: Minutes | None = None


class Registration(msgspec.Struct, forbid_unknown_fields=True):
    thing: ThingForm
    datastream: list[DatastreamForm]


def read(content: bytes, file_name: str) -> Registration:
    """The thing of a file; :class:`FormError` names file, field and reason."""
    try:
        found = msgspec.toml.decode(content, type=Registration)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{file_name} cannot be used: {error}") from None
    check(found.thing, found.datastream, file_name)
    return found


def check(thing: ThingForm, datastreams: Sequence[DatastreamForm], file_name: str) -> None:
    """What no single field shows; :class:`FormError`."""
    if (thing.longitude is None) != (thing.latitude is None):
        raise FormError(f"{file_name}: [thing] longitude and latitude go together.")
    codes = [datastream.code for datastream in datastreams]
    if not codes or len(set(codes)) != len(codes):
        raise FormError(
            f"{file_name}: there must be at least one [[datastream]], each with a code of its own."
        )
    for form in datastreams:
        if form.lowest is not None and form.highest is not None and form.lowest > form.highest:
            raise FormError(
                f"{file_name}: datastream “{form.code}”: lowest, {form.lowest:g}, lies above highest, {form.highest:g}."
            )


def arguments(thing: ThingForm, datastreams: Sequence[DatastreamForm]) -> dict[str, Any]:
    """A thing as an argument of the local command telemetry.register."""
    form: dict[str, Any] = msgspec.to_builtins(thing)
    return form | {"datastreams": [msgspec.to_builtins(one) for one in datastreams]}
