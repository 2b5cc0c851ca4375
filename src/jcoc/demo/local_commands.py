"""The demonstration's commands that write: run where the data folder is open."""

from __future__ import annotations

from typing import Any

from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("demo.more_sensors")
def more_sensors(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: streams (about how many), rate (readings a second of them together)."""
    from django.conf import settings

    from jcoc.demo import folder
    from jcoc.demo.registration import register
    from jcoc.demo.sender import Orders, simulation_of

    if not folder.is_demonstration(settings.DATA_FOLDER):
        raise CommandFailed("This data folder is no demonstration; no simulated sensor is added to it.")
    orders = Orders(seed=folder.SEED, more=int(arguments["streams"]), rate=float(arguments["rate"]))
    simulation = simulation_of(orders)
    stations = list({stream.station.code: stream.station for stream in simulation.streams}.values())
    new = register(stations, lambda part: progress(part, ""), simulation.stretch)
    return {"streams": len(simulation.streams), "new": new}
