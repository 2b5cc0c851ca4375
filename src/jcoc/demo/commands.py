"""``jcoc demo …``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jcoc.demo.run import Serve

demo = typer.Typer(help="The demonstration city: simulated, and marked so.", no_args_is_help=True)


def register(app: typer.Typer, serve: Serve) -> None:
    """`serve` is the door that is served through; it lies above this ring."""

    @demo.command()
    def run(
        port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8000,
        reset: Annotated[
            bool, typer.Option("--reset", help="Begin anew: empty the demonstration's folder.")
        ] = False,
    ) -> None:
        """Run the demonstration city until Ctrl-C, on this machine only (JCOC_DATA names its folder)."""
        from jcoc.demo.run import run_demonstration

        run_demonstration(port, serve, reset=reset)

    app.add_typer(demo, name="demo")


@demo.command()
def simulate(
    sensors: Annotated[int, typer.Option(help="Simulated sensors to add.", min=1, max=100_000)] = 10_000,
    rate: Annotated[float, typer.Option(help="Readings a second of them together.", min=0.1)] = 600.0,
) -> None:
    """Add many more sensors to the demonstration that is running, and send their readings until Ctrl-C."""
    from jcoc.demo.load import simulate_load

    simulate_load(sensors, rate)
