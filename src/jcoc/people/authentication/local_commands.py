from datetime import timedelta
from typing import Any

from jcoc.people.authentication import throttle
from jcoc.people.authentication.services import one_time, second_factor, sessions
from jcoc.people.local_commands import account_named
from jcoc.trail.client import UNKNOWN, canonical, network_of
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("people.code")
def code(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, hours."""
    account = account_named(arguments["username"])
    if not account.is_active:
        raise CommandFailed(f"The account {account.username!r} is closed. Open it first.")
    link, made = one_time.issue(account, None, valid=timedelta(hours=arguments["hours"]))
    return {"link": link, "code": made}


@local_command("people.unlock")
def unlock(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, or address."""
    if arguments["username"]:
        return {"records": throttle.unlock(account_named(arguments["username"]))}
    address = canonical(arguments["address"])
    if address == UNKNOWN:
        raise CommandFailed(f"{arguments['address']!r} is no IP address.")
    return {"records": throttle.unlock_address(network_of(address).partition("/")[0])}


@local_command("people.second_factor_remove")
def second_factor_remove(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username."""
    account = account_named(arguments["username"])
    if not second_factor.has(account):
        raise CommandFailed(f"The account {account.username!r} has no second factor.")
    second_factor.remove(account)
    return {"sessions": sessions.end_all(account, why="second_factor")}
