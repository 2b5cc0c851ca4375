"""`jcoc demo simulate`: many sensors more, to see the wall under load."""

from __future__ import annotations

from contextlib import suppress

import typer

from jcoc.trail import cli


def simulate_load(streams: int, rate: float) -> None:
    """Register the streams through the running server, then send their readings through its socket."""
    cli.with_django()
    from django.conf import settings

    from jcoc.demo import folder
    from jcoc.demo.sender import Orders, SenderRefused, send
    from jcoc.trail.local import server_is_running

    if not folder.is_demonstration(settings.DATA_FOLDER) or not server_is_running(settings.DATA_FOLDER):
        raise cli.stop("No demonstration runs in this data folder. Start it first: make demo")
    arguments = {"streams": streams, "rate": rate}
    done = cli.call("demo.more_sensors", arguments, "Sensor tambahan · More sensors")
    typer.echo(
        f"{done['streams']} sensors are there, {done['new']} of them new; {rate:g} readings a second go in."
    )
    kept = folder.read(settings.DATA_FOLDER)
    orders = Orders(seed=kept.seed, socket=str(settings.DATA_FOLDER.socket), more=streams, rate=rate)
    try:
        with suppress(KeyboardInterrupt):
            send(orders)
    except SenderRefused as refused:
        raise cli.stop(f"The readings were refused: {refused}") from None
