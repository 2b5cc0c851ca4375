"""Telemetry's commands that write: run where the data folder is open."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("telemetry.register")
def register(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: thing and datastreams, as of ingest.csvmap. When it ends, a running server knows them."""
    from jcoc.telemetry import runtime
    from jcoc.telemetry.services import NewDatastream, Refused, register_thing

    thing = arguments["thing"]
    new = []
    for form in arguments["datastreams"]:
        fields = {key: value for key, value in form.items() if not key.endswith("_minutes")}
        del fields["column"]
        for name in ("flat_after", "gap_after"):
            minutes = form[f"{name}_minutes"]
            fields[name] = None if minutes is None else timedelta(minutes=minutes)
        new.append(NewDatastream(**fields))
    has_point = thing["longitude"] is not None
    try:
        registered = register_thing(
            thing["code"],
            thing["name"],
            new,
            description=thing["description"],
            place=thing["place"],
            point=(thing["longitude"], thing["latitude"]) if has_point else None,
        )
    except Refused as refused:
        raise CommandFailed(str(refused)) from None
    with suppress(RuntimeError):  # no server: the next one reads it at its start
        runtime.current().directory.refresh()
    return {"thing": registered.pk, "datastreams": len(new)}
