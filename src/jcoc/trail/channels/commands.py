"""``jcoc channels …``"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jcoc.trail.cli import call, stop

channels = typer.Typer(help="Messages by e-mail, gateway and letter.", no_args_is_help=True)


@channels.callback()
def group() -> None:
    """Messages by e-mail, gateway and letter."""


@channels.command()
def bounce(
    file: Annotated[Path, typer.Argument(help="An e-mail as it came; - reads it from standard input.")],
) -> None:
    """Take in a delivery notification (RFC 3464), such as the mail server pipes to the return path."""
    from jcoc.trail.channels import bounces

    try:
        raw = sys.stdin.buffer.read(bounces.LARGEST + 1) if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise stop(f"{file} cannot be read: {error.strerror}.", 2) from None
    try:
        bounces.read(raw)
    except bounces.NotABounce as error:
        raise stop(str(error), 2) from None
    found = call("channels.bounce", {"mail": raw.decode("latin-1")})["messages"]
    typer.echo(
        f"{found} of our messages came back or arrived." if found else "It is about no message of ours."
    )


def register(app: typer.Typer) -> None:
    app.add_typer(channels, name="channels")
