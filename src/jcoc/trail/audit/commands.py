"""``jcoc audit …``"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from jcoc.trail.cli import call, stop, with_django

audit = typer.Typer(help="The audit trail: whether it is whole, and its signed heads.", no_args_is_help=True)
head = typer.Typer(
    help="Signed heads, to be kept where nobody of this machine can reach them.", no_args_is_help=True
)
audit.add_typer(head, name="head")

HeadFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A signed head (JSON).")
]


@audit.command()
def verify(
    heads_given: Annotated[
        list[Path] | None,
        typer.Option(
            "--head",
            exists=True,
            dir_okay=False,
            readable=True,
            help="A head exported earlier; may be repeated.",
        ),
    ] = None,
    rows: Annotated[bool, typer.Option(help="Compare each row with what the trail last saw of it.")] = False,
) -> None:
    """Find a changed, missing, re-ordered or inserted entry; exit 1 where there is one."""
    with_django()
    from jcoc.trail.audit import heads

    named = []
    for file in heads_given or []:
        try:
            signed = heads.read(file.read_bytes())
            heads.check(signed)
        except heads.BadHead as error:
            raise stop(f"{file}: {error}") from None
        named.append([signed.seq, signed.hash, signed.public_key, file.name])
    told = call("audit.verify", {"rows": rows, "heads": named}, "Verifying the audit trail")
    for sentence in told["faults"]:
        typer.secho(sentence, err=True, fg=typer.colors.RED)
    if told["untold"]:
        typer.secho(f"… and {told['untold']} more.", err=True, fg=typer.colors.RED)
    if told["faults"]:
        raise typer.Exit(1)
    typer.echo(f"The audit trail is whole: {told['entries']} entries, head {told['hash']}.")
    if named:
        typer.echo(f"Signed heads that lie on it: {len(named)}.")
    if rows:
        typer.echo(f"Rows that stand as it says: {told['rows']}.")


@head.command()
def export(file: Annotated[Path, typer.Argument(help="Where to write it; nothing is overwritten.")]) -> None:
    """Verify what is new, sign the head and write it to a file."""
    if file.exists():
        raise stop(f"{file} stands there already; a head is never overwritten.", 2)
    document = call("audit.sign_head", label="Verifying what is new")
    try:
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise stop(f"{file} cannot be written: {error.strerror}.") from None
    typer.echo(f"Entry {document['seq']} is signed: {file}. Keep it away from this machine.")
    typer.echo(f"Public key: {document['public_key']}")


@head.command(name="verify")
def verify_head(
    file: HeadFile,
    key: Annotated[
        str, typer.Option(help="The public key that is known of the installation (hexadecimal).")
    ] = "",
) -> None:
    """Check the signature of a head, without any database."""
    from jcoc.trail.audit import heads

    try:
        signed = heads.read(file.read_bytes())
        heads.check(signed, key)
    except heads.BadHead as error:
        raise stop(f"{file}: {error}") from None
    typer.echo(
        f"The signature holds: {signed.city}, entry {signed.seq}, {signed.hash}, signed at {signed.time}."
    )
    if not key:
        typer.echo(f"It was made with the key {signed.public_key}: compare it with the one you know (--key).")


def register(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")
