"""``jcoc backup`` and ``jcoc restore``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from jcoc.trail.cli import call, progress_bar, stop, with_django

PASSPHRASE = "JCOC_BACKUP_PASSPHRASE"  # noqa: S105 -- the name of a variable


def backup(
    place: Annotated[
        list[str], typer.Argument(metavar="[rehearse] DIR", help="Where the archive goes; made if need be.")
    ],
    keys: Annotated[
        Path | None,
        typer.Option(
            help=f"Also write the keys into this new file, under a passphrase (asked, or {PASSPHRASE})."
        ),
    ] = None,
    scratch: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where a rehearsal restores, with the keys in clear; beside the data folder if not given.",
        ),
    ] = None,
) -> None:
    """Back up the installation, while it runs. `jcoc backup rehearse DIR` also restores it, compares, and tidies up.

    The archive holds no keys: what is sealed in it cannot be opened without the key file, which belongs elsewhere.
    """
    rehearse = len(place) == 2 and place[0] == "rehearse"
    if len(place) != 1 and not rehearse:
        raise stop("Name one folder: jcoc backup DIR, or jcoc backup rehearse DIR.", 2)
    with_django()
    if keys is not None and keys.exists():
        raise stop(f"{keys} stands already; key files are never overwritten.")
    passphrase = _passphrase(new=True) if keys else ""
    made = _make(Path(place[-1]).absolute())
    _tell(made)
    if keys is not None:
        _write_keys(keys, passphrase)
    if rehearse:
        _rehearse(Path(made["path"]), scratch)


def _make(folder: Path) -> dict[str, Any]:
    return call("backup.make", {"folder": str(folder)}, "Backing up")


def _tell(made: dict[str, Any]) -> None:
    rows = made["parts"].get("observations", {}).get("rows", 0)
    typer.echo(
        f"{made['path']}\n{made['size'] / 1024**2:.1f} MB in {made['seconds']} s: "
        f"{sum(made['tables'].values()):,} rows of {len(made['tables'])} tables, {rows:,} observations, "
        f"{made['files']:,} files. Writers waited {made['held_ms']} ms."
    )
    if made["database"] != "sqlite":
        typer.echo(
            "The database is a PostgreSQL and is not in the archive: back it up with pg_dump or pg_basebackup, "
            "at the same time (docs/running.md)."
        )


def _write_keys(path: Path, passphrase: str) -> None:
    from jcoc.trail.backup import keysfile, services

    try:
        keysfile.write(path, services.secret_files(), passphrase)
    except keysfile.Unusable as error:
        raise stop(str(error)) from None
    typer.echo(f"The keys are in {path}. Keep it and its passphrase apart from the backups.")


def _passphrase(*, new: bool) -> str:
    text: str = os.environ.get(PASSPHRASE, "") or typer.prompt(
        "Passphrase of the key file", hide_input=True, confirmation_prompt=new
    )
    return text


def restore(
    archive: Annotated[Path, typer.Argument(help="A file that jcoc backup made.")],
    keys: Annotated[
        Path | None, typer.Option(help=f"The key file (its passphrase is asked for, or {PASSPHRASE}).")
    ] = None,
    into: Annotated[Path | None, typer.Option(help="An empty folder; JCOC_DATA if not given.")] = None,
    erasures: Annotated[
        Path | None,
        typer.Option(help="People erased since the backup (jcoc privacy erasures export): erased again."),
    ] = None,
) -> None:
    """Restore a backup into an empty place, after checking all of it."""
    from jcoc.trail.backup import keysfile, restoring

    place = (into or Path(os.environ.get("JCOC_DATA", "data"))).absolute()
    try:
        found = keysfile.read(keys, _passphrase(new=False)) if keys else None
        again = erasures.read_text() if erasures else ""
        with progress_bar("Restoring") as bar:
            restored = restoring.restore(archive, place, keys=found, erasures=again, progress=bar)
    except (keysfile.Unusable, restoring.NotRestored) as error:
        raise stop(str(error)) from None
    except OSError as error:
        raise stop(f"{error.filename} cannot be read: {os.strerror(error.errno or 0)}.") from None
    _tell_restored(restored, again=bool(again.strip()))


def _tell_erasures(known: int, again: bool) -> None:
    typer.echo(f"The archive knows of {known} erasures.")
    if not again:
        typer.echo(
            "People who were erased since the backup are back. Erase them again before anybody works with it: take the "
            "list that was kept apart (jcoc privacy erasures export FILE) and run jcoc privacy erasures apply FILE."
        )


def _tell_restored(restored: Any, *, again: bool) -> None:
    manifest = restored.manifest
    typer.echo(f"{restored.folder} holds the backup of {manifest.city}, made {manifest.made}.")
    typer.echo(
        f"{len(manifest.members):,} files and {len(restored.lines)} counts and hashes are as the manifest says."
    )
    for note in restored.notes:
        typer.echo(note)
    if restored.manifest.tables:
        _tell_erasures(restored.manifest.tables.get("privacy_erasure", 0), again)
    if restored.sealed_here is None:
        typer.echo(
            "Without the key file nobody can tell who made the archive, what was sealed stays closed, and new secrets "
            "are made: restore with --keys where you have it."
        )


def _rehearse(archive: Path, scratch: Path | None) -> None:
    from django.conf import settings
    from rich.console import Console
    from rich.table import Table

    from jcoc.trail.backup import keysfile, restoring, services
    from jcoc.trail.backup.scratch import scratch as scratch_folder

    # Never beside the archive: what is sealed in it would lie there together with the keys.
    parent = scratch.absolute() if scratch else settings.DATA_FOLDER.path.parent
    try:
        with (
            scratch_folder(parent, ".jcoc-rehearsal-") as folder,
            progress_bar("Rehearsing the restore") as bar,
        ):
            passphrase = secrets.token_urlsafe(24)
            keysfile.write(folder / "keys", services.secret_files(), passphrase)
            restored = restoring.restore(
                archive, folder / "data", keys=keysfile.read(folder / "keys", passphrase), progress=bar
            )
    except restoring.NotRestored as error:
        raise stop(f"The rehearsal failed: {error}") from None
    except OSError as error:
        raise stop(
            f"The rehearsal cannot restore into {parent}: {error.strerror or error}. "
            "Name another folder with --scratch, on a disk that no backup goes to."
        ) from None
    table = Table("Compared", "Manifest", "Restored", "")
    for line in restored.lines:
        table.add_row(
            line.what, _short(line.expected), _short(line.found), "equal" if line.same else "DIFFERS"
        )
    Console().print(table)
    for note in restored.notes:
        typer.echo(note)
    typer.echo(
        f"The rehearsal succeeded: {len(restored.lines)} counts and hashes are equal. The copy was removed."
    )


def _short(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 24 else f"{text[:20]}…"


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)
