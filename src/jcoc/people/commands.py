"""``jcoc people …``"""

from __future__ import annotations

from typing import Annotated

import typer

from jcoc.trail.cli import stop, with_django

people = typer.Typer(help="Accounts and roles.", no_args_is_help=True)


@people.command()
def add(
    username: str,
    role: Annotated[list[str], typer.Option(help="administrator or operator; may be given twice.")],
    full_name: Annotated[str, typer.Option(help="As shown on screen.")] = "",
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if not given."),
    ] = "",
) -> None:
    """Make an account."""
    with_django()
    from jcoc.people.models import Role
    from jcoc.trail.local import CommandFailed, call

    if unknown := set(role) - set(Role.values):
        raise stop(f"There is no role {sorted(unknown)[0]!r}; there are {', '.join(Role.values)}.", 2)
    try:
        arguments = {"username": username, "password": password, "roles": role, "full_name": full_name}
        call("people.add", arguments)
    except CommandFailed as failed:
        raise stop(str(failed)) from None
    typer.echo(f"The account {username} is there.")


@people.command()
def password(
    username: str,
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if not given."),
    ] = "",
) -> None:
    """Give an account a new password; whoever is logged in with it is logged out."""
    with_django()
    from jcoc.trail.local import CommandFailed, call

    try:
        call("people.password", {"username": username, "password": password})
    except CommandFailed as failed:
        raise stop(str(failed)) from None
    typer.echo(f"The account {username} has a new password.")


def register(app: typer.Typer) -> None:
    app.add_typer(people, name="people")
