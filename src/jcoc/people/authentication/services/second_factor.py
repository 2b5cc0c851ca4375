"""The second factor: a code of an authenticator app (TOTP, RFC 6238), or a recovery code where the phone is lost."""

from __future__ import annotations

import hmac
import time

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.utils import timezone

from jcoc.people.authentication.models import OpenSession
from jcoc.people.models import User
from jcoc.trail.audit.recording import record, writing

TOTP_TYPE, RECOVERY_TYPE = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


def must_have(account: User) -> bool:
    """Whether one of the account's roles asks for a second factor. Accounts of the demonstration never do."""
    if account.demonstration or not settings.TOTP_ROLES:
        return False
    asking: bool = account.grants.in_force().filter(role__in=settings.TOTP_ROLES).exists()
    return asking


def has(account: User) -> bool:
    found: bool = Authenticator.objects.filter(user=account, type=TOTP_TYPE).exists()
    return found


def counter_of(secret: str, code: str, now: float | None = None) -> int | None:
    """The time step (30 s since 1970) whose code this is, one step to either side of now; None where none is."""
    step: int = int(time.time() if now is None else now) // app_settings.TOTP_PERIOD
    typed = normalize_user_code(code)
    for counter in (step, step - 1, step + 1):
        if hmac.compare_digest(typed.encode(), format_hotp_value(hotp_value(secret, counter)).encode()):
            return counter
    return None


def claim(account: User, code: str) -> Authenticator | None:
    """The authenticator whose code this is, used up by this call; None where it is wrong or was used before.

    The row is locked while it is checked and marked: of two requests with one code, one gets in.
    """
    with writing("authentication.second_factor_use"):
        rows = Authenticator.objects.select_for_update().filter(
            user=account, type__in=(TOTP_TYPE, RECOVERY_TYPE)
        )
        for row in sorted(rows, key=lambda each: each.type != TOTP_TYPE):
            if row.type == TOTP_TYPE:
                if not _claim_totp(row, code):
                    continue
            elif not row.wrap().validate_code(code):
                continue
            else:
                row.refresh_from_db()
            row.last_used_at = timezone.now()
            row.save()
            row.user = account
            return row
    return None


def _claim_totp(row: Authenticator, code: str) -> bool:
    counter = counter_of(decrypt(row.data["secret"]), code)
    # RFC 6238, 5.2: a code must not be accepted twice. Older steps than the last used are refused with it.
    if counter is None or counter <= row.data.get("last_counter", -1):
        return False
    row.data = row.data | {"last_counter": counter}
    return True


def activate(account: User, secret: str, code: str) -> list[str] | None:
    """Make an authenticator of this secret, once its code proves that the app has it: the recovery codes.

    None where the code is wrong. The codes can never be read again.
    """
    counter = counter_of(secret, code)
    if counter is None:
        return None
    with writing("authentication.second_factor_activate"):
        Authenticator.objects.filter(user=account, type__in=(TOTP_TYPE, RECOVERY_TYPE)).delete()
        row = TOTP.activate(account, secret).instance
        row.data = row.data | {"last_counter": counter}
        row.save()
        codes: list[str] = RecoveryCodes.activate(account).generate_codes()
        return codes


def renew_recovery_codes(account: User) -> list[str]:
    """New recovery codes; the former ones open nothing more."""
    with writing("authentication.recovery_codes_renew"):
        Authenticator.objects.filter(user=account, type=RECOVERY_TYPE).delete()
        codes: list[str] = RecoveryCodes.activate(account).generate_codes()
        return codes


def recovery_codes_left(account: User) -> int:
    row = Authenticator.objects.filter(user=account, type=RECOVERY_TYPE).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def remove(account: User, *, note: str = "") -> None:
    """Take the second factor away: by its owner, or by an administrator for who lost phone and codes."""
    with writing("authentication.second_factor_remove"):
        Authenticator.objects.filter(user=account).delete()
        if note:  # it stands with the account, which stays, so that it is found when its owner is erased
            record("authentication.second_factor_remove", "people.user", [account.pk], note=note)
        # The account's sessions go on, but open nothing any more that asks for a second factor.
        OpenSession.objects.filter(user=account).update(second_factor=False)
