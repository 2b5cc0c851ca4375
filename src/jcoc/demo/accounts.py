"""The accounts of a demonstration, and the token of its simulator."""

from __future__ import annotations

from dataclasses import dataclass

from jcoc.city.models import Place, Site
from jcoc.demo.catalogue import Stream
from jcoc.demo.folder import Demonstration
from jcoc.people import services as people
from jcoc.people.models import Role, User
from jcoc.telemetry import services as telemetry
from jcoc.telemetry.models import DeviceToken

SIMULATOR = "Simulator peragaan"
READINGS_PER_SECOND = 5_000


#: A kelurahan, a school and a programme for those roles that hold somewhere.
KELURAHAN = "15.71.07.1012"
SCHOOL = "10504637"
PROGRAMME = "pakar_kasih"


@dataclass(frozen=True)
class Account:
    username: str
    full_name: str
    role: Role
    place: str = ""
    site: str = ""
    programme: str = ""


#: The first four are shown when the demonstration starts; the others' passwords stand in its demo.json.
ACCOUNTS = (
    Account("operator", "Operator Peragaan", Role.OPERATOR),
    Account("admin", "Administrator Peragaan", Role.ADMINISTRATOR),
    Account("auditor", "Auditor Peragaan", Role.AUDITOR),
    Account("pdp", "Petugas PDP Peragaan", Role.DATA_OFFICER),
    Account("regu", "Kepala Regu Peragaan", Role.SHIFT_LEAD),
    Account("pimpinan", "Pimpinan Peragaan", Role.LEADER),
    Account("opd", "Petugas OPD Peragaan", Role.AGENCY_OFFICER, programme=PROGRAMME),
    Account("dlh", "Petugas DLH Peragaan", Role.AGENCY_OFFICER, programme="air_quality"),
    Account("data", "Petugas Data Peragaan", Role.AGENCY_OFFICER, programme="peragaan"),
    Account("pengawas", "Pengawas Peragaan", Role.SUPERVISOR, place=KELURAHAN, programme=PROGRAMME),
    Account("kelurahan", "Petugas Kelurahan Peragaan", Role.KELURAHAN_OFFICER, place=KELURAHAN),
    Account("warga", "Warga Peragaan", Role.RESIDENT, place=KELURAHAN),
    Account("kepsek", "Kepala Sekolah Peragaan", Role.PRINCIPAL, site=SCHOOL),
    Account("guru", "Guru Peragaan", Role.TEACHER, site=SCHOOL),
    Account("wali", "Wali Murid Peragaan", Role.GUARDIAN, site=SCHOOL),
    Account("asesor", "Asesor Peragaan", Role.ASSESSOR),
)
SHOWN = ACCOUNTS[:4]


def ensure_accounts(demonstration: Demonstration) -> None:
    """Make those accounts that are not there; places and sites must be."""
    for account in ACCOUNTS:
        if not User.objects.filter(username=account.username).exists():
            people.add_account(
                account.username,
                demonstration.password(account.username),
                [_grant(account)],
                full_name=account.full_name,
                demonstration=True,
            )


def _grant(account: Account) -> people.Grant:
    return people.Grant(
        account.role,
        place=Place.objects.get(code=account.place) if account.place else None,
        site=Site.objects.get(code=account.site) if account.site else None,
        programme=account.programme,
        reason="Peragaan",
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
