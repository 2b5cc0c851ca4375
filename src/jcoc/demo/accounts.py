"""The accounts of a demonstration, and the token of its simulator."""

from __future__ import annotations

from dataclasses import dataclass

from jcoc.demo.catalogue import Stream
from jcoc.demo.folder import Demonstration
from jcoc.people import services as people
from jcoc.people.models import Role, User
from jcoc.telemetry import services as telemetry
from jcoc.telemetry.models import DeviceToken

SIMULATOR = "Simulator peragaan"
READINGS_PER_SECOND = 5_000


@dataclass(frozen=True)
class Account:
    username: str
    full_name: str
    role: Role


ACCOUNTS = (
    Account("operator", "Operator Peragaan", Role.OPERATOR),
    Account("admin", "Administrator Peragaan", Role.ADMINISTRATOR),
)


def ensure_accounts(demonstration: Demonstration) -> None:
    """Make those accounts that are not there."""
    for account in ACCOUNTS:
        if not User.objects.filter(username=account.username).exists():
            people.add_account(
                account.username,
                demonstration.password(account.username),
                [account.role],
                full_name=account.full_name,
                demonstration=True,
            )


def password_holds(demonstration: Demonstration, account: Account) -> bool:
    """Whether the account still opens with the password that is kept: somebody may have changed it."""
    user = User.objects.filter(username=account.username, is_active=True).first()
    return user is not None and user.check_password(demonstration.password(account.username))


def ensure_token(demonstration: Demonstration, streams: list[Stream]) -> None:
    """Let the kept token write all these streams; one that was revoked or lacks a stream is replaced."""
    codes = {stream.code for stream in streams}
    token = DeviceToken.objects.filter(
        digest=people.digest(demonstration.token), revoked=None, expires=None
    ).first()
    if token and codes <= set(token.datastreams.values_list("code", flat=True)):
        return
    if token:
        telemetry.revoke_token(token)
    _, demonstration.token = telemetry.issue_token(
        SIMULATOR, sorted(codes), readings_per_second=READINGS_PER_SECOND
    )
