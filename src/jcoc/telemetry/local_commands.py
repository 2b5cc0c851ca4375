"""Telemetry's commands that write: run where the data folder is open."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jcoc.trail.local import CommandFailed, Progress, local_command

if TYPE_CHECKING:
    from jcoc.telemetry.services import NewThing


@local_command("telemetry.register")
def register(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: things, as of registration.arguments(), and update: whether what exists is changed.

    When it ends, a running server knows them.
    """
    from jcoc.telemetry import runtime, services

    things = [_new_thing(form) for form in arguments["things"]]
    try:
        if arguments["update"]:
            told = services.bring_up_to_date(things)
        else:
            services.register_things(things)
            told = services.Told()
    except services.Refused as refused:
        raise CommandFailed(str(refused)) from None
    with suppress(RuntimeError):  # no server: the next one reads it at its start
        runtime.current().directory.refresh()
    return {"made": told.made, "changed": told.changed}


def _new_thing(form: dict[str, Any]) -> NewThing:
    from jcoc.telemetry.services import NewDatastream, NewThing
    from jcoc.web import dimensions

    streams = []
    for stream in form["datastreams"]:
        if stream["dimension"] not in ("", *dimensions.names):
            known = ", ".join(dimensions.names)
            raise CommandFailed(
                f"Datastream “{stream['code']}”: there is no dimension “{stream['dimension']}”; there are {known}."
            )
        fields = {key: value for key, value in stream.items() if not key.endswith("_minutes")}
        fields.pop("column", None)
        for name in ("flat_after", "gap_after"):
            minutes = stream[f"{name}_minutes"]
            fields[name] = None if minutes is None else timedelta(minutes=minutes)
        streams.append(NewDatastream(**fields))
    point = None if form["longitude"] is None else (form["longitude"], form["latitude"])
    return NewThing(form["code"], form["name"], streams, form["description"], point, form["place"])
