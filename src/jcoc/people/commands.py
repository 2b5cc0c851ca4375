"""``jcoc people …``"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import typer

from jcoc.trail.cli import call, stop, with_django

people = typer.Typer(help="Accounts and roles.", no_args_is_help=True)

Place = Annotated[
    str, typer.Option(help="Kemendagri code of the kecamatan or kelurahan where the role holds.")
]
Site = Annotated[str, typer.Option(help="Code of the site, such as a school, where the role holds.")]
Programme = Annotated[str, typer.Option(help="Code of the programme that the role is for.")]
Until = Annotated[str, typer.Option(help="The last day, as 2026-12-31; without it the role has no end.")]
Reason = Annotated[str, typer.Option(help="Why; it stays on record.")]
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if not given.")
]


def _known(*roles: str) -> None:
    from jcoc.people.models import Role

    for role in roles:
        if role not in Role.values:
            raise stop(f"There is no role {role!r}; there are {', '.join(Role.values)}.", 2)


def _where(place: str, site: str, programme: str, until: str) -> dict[str, str]:
    if until:
        try:
            date.fromisoformat(until)
        except ValueError:
            raise stop(f"--until: {until!r} is not a day of the form 2026-12-31.", 2) from None
    return {"place": place, "site": site, "programme": programme, "until": until}


@people.command()
def add(
    username: str,
    *,
    role: Annotated[list[str], typer.Option(help="Such as administrator or operator; may be given twice.")],
    full_name: Annotated[str, typer.Option(help="As shown on screen.")] = "",
    place: Place = "",
    site: Site = "",
    programme: Programme = "",
    until: Until = "",
    password: Password = "",
) -> None:
    """Make an account with its roles; they hold in the whole city where no place, site or programme is named."""
    with_django()
    _known(*role)
    where = _where(place, site, programme, until)
    arguments = {"username": username, "password": password, "full_name": full_name}
    call("people.add", arguments | {"roles": [{"role": each, **where} for each in role]})
    typer.echo(f"The account {username} is there.")


@people.command()
def password(username: str, password: Password = "") -> None:
    """Give an account a new password; whoever is logged in with it is logged out."""
    with_django()
    call("people.password", {"username": username, "password": password})
    typer.echo(f"The account {username} has a new password.")


@people.command()
def grant(
    username: str,
    role: str,
    *,
    place: Place = "",
    site: Site = "",
    programme: Programme = "",
    until: Until = "",
    reason: Reason = "",
) -> None:
    """Give an account a role."""
    with_django()
    _known(role)
    where = _where(place, site, programme, until)
    done = call("people.grant", {"username": username, "role": role, "reason": reason, **where})
    typer.echo(f"{username} now holds the role {role}: {done['where']}.")


@people.command()
def revoke(
    username: str,
    role: str,
    *,
    place: Place = "",
    site: Site = "",
    programme: Programme = "",
    reason: Reason = "",
) -> None:
    """Take a role back from an account: the one of that place, site or programme, or of the whole city."""
    with_django()
    _known(role)
    where = _where(place, site, programme, "")
    done = call("people.revoke", {"username": username, "role": role, "reason": reason, **where})
    typer.echo(f"{username} no longer holds the role {role}: {done['where']}.")


@people.command(name="list")
def list_(
    role: Annotated[str, typer.Option(help="Only accounts that hold this role now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for other programs.")] = False,
) -> None:
    """List the accounts with the roles they hold now."""
    with_django()
    if role:
        _known(role)
    accounts: list[dict[str, Any]] = call("people.list", {"role": role})["accounts"]
    if as_json:
        typer.echo(json.dumps(accounts, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("Account", "Name", "Role", "Where", "Until")
    for account in accounts:
        state = "-" if account["active"] else "(closed)"
        held = account["roles"] or [{"role": state, "where": "", "until": None}]
        for number, each in enumerate(held):
            who = (account["username"], account["name"]) if number == 0 else ("", "")
            table.add_row(*who, each["role"], each["where"], each["until"] or "")
    Console().print(table)


def register(app: typer.Typer) -> None:
    app.add_typer(people, name="people")
