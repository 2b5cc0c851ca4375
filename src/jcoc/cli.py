"""The command line: ``jcoc serve`` and what every ring adds in its commands.py."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from jcoc.city import commands as city
from jcoc.contract import commands as contract
from jcoc.demo import commands as demo
from jcoc.indicators import commands as indicators
from jcoc.indicators.spreadsheet import commands as spreadsheet
from jcoc.people import commands as people
from jcoc.people.authentication import commands as authentication
from jcoc.people.identity import commands as identity
from jcoc.people.privacy import commands as privacy
from jcoc.telemetry import commands as telemetry
from jcoc.trail.actor import LOCAL, acting
from jcoc.trail.audit import commands as audit
from jcoc.trail.backup import commands as backup
from jcoc.trail.channels import commands as channels
from jcoc.trail.cli import stop, with_django
from jcoc.trail.sealing import commands as sealing
from jcoc.trail.tasks import commands as tasks
from jcoc.trail.uploads import commands as uploads

#: Django's commands that must not run beside a server.
ALONE = frozenset({"migrate", "flush", "loaddata"})

app = typer.Typer(
    name="jcoc",
    help="The software of a city operation centre.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def setup() -> None:
    """Create or upgrade the database in the data folder (JCOC_DATA)."""
    with_django()
    with _data_folder_alone():
        _bring_up_to_date()


def _bring_up_to_date() -> None:
    """The database, the texts that people are asked to agree to, and what the programmes declare. The caller holds the
    data folder's lock."""
    from django.utils import timezone

    from jcoc.contract.services import bring_in
    from jcoc.people.privacy.services.consents import store_declared_texts
    from jcoc.trail.database import migrate

    migrate()
    store_declared_texts()
    bring_in(timezone.localdate())


@contextmanager
def _data_folder_alone() -> Iterator[None]:
    from django.conf import settings

    from jcoc.trail.datafolder import DataFolderBusy

    try:
        with settings.DATA_FOLDER.locked():
            yield
    except DataFolderBusy as busy:
        raise stop(str(busy)) from None


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8000,
    tls_cert: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Certificate chain (PEM).")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Private key (PEM).")
    ] = None,
) -> None:
    """Run the centre until Ctrl-C."""
    if (tls_cert is None) != (tls_key is None):
        raise stop("--tls-cert and --tls-key go together: name both.", 2)
    with_django()
    from django.conf import settings

    from jcoc.people.services import demo_accounts_exist
    from jcoc.trail import serving

    if demo_accounts_exist() and not serving.is_loopback(host):
        raise stop(
            f"This data folder holds demonstration accounts, so it listens on this machine only, not on {host}. "
            "Use another JCOC_DATA for real use."
        )
    public = os.environ.get("JCOC_PUBLIC_URL", "")
    if not public and not serving.is_loopback(host):
        raise stop(
            "Set JCOC_PUBLIC_URL to the address that people will use, such as https://jcoc.example.go.id: under any "
            f"other name than that the server on {host} answers nobody."
        )
    if tls_cert and not public.startswith("https://"):
        raise stop(
            "Set JCOC_PUBLIC_URL to the https:// address that people will use: cookies are secure only then."
        )
    if not (settings.PLAIN_HTTP or public.startswith("https://") or serving.is_loopback(host)):
        raise stop(
            "Set JCOC_PUBLIC_URL to the https:// address that people will use: over http:// anybody on the way reads "
            "passwords and sessions. In a closed network, or for a trial, JCOC_PLAIN_HTTP=1 lets the server start."
        )
    serve_until_stopped(host, port, tls_cert, tls_key)


def serve_until_stopped(
    host: str,
    port: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    on_started: Callable[[str], None] | None = None,
) -> None:
    """Lock the data folder, bring the database up to date and serve. on_started gets the address."""
    from django.conf import settings

    from jcoc.trail import serving

    scheme = "https" if tls_cert else "http"
    try:
        with _data_folder_alone():
            _bring_up_to_date()
            listener = serving.bind(host, port)
            address = f"{scheme}://{host}:{listener.getsockname()[1]}"
            from jcoc.asgi import application, end_streams, local_application

            serving.run(
                application,
                local_application,
                folder=settings.DATA_FOLDER,
                listener=listener,
                workers=settings.COMPUTE_WORKERS,
                tls_cert=tls_cert,
                tls_key=tls_key,
                trusted_proxies=settings.TRUSTED_PROXIES,
                on_started=lambda: (on_started or _say_address)(address),
                on_stopping=end_streams,
            )
    except serving.CannotServe as error:
        raise stop(str(error)) from None
    except KeyboardInterrupt:
        pass
    typer.echo("jcoc has stopped.")


def _say_address(address: str) -> None:
    typer.echo(f"jcoc serves at {address}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Pass a command on to Django's management, e.g. ``jcoc manage showmigrations``."""
    with_django()
    from django.core.management import execute_from_command_line

    alone = _data_folder_alone() if ALONE.intersection(context.args[:1]) else nullcontext()
    with alone, acting(LOCAL):
        execute_from_command_line(["jcoc manage", *context.args])


for _ring in (
    audit,
    city,
    people,
    authentication,
    telemetry,
    indicators,
    spreadsheet,
    tasks,
    uploads,
    identity,
    privacy,
    sealing,
    channels,
):
    _ring.register(app)
backup.register(app)
demo.register(app, serve_until_stopped)
contract.register(app)  # the last: a programme's command must not stand in the place of one of the centre's


def main() -> None:
    os.umask(0o077)  # what lies in the data folder is its owner's alone
    atexit.register(gc.freeze)  # the last look for garbage would take a fifth of a short command's time
    app()
