"""Where a message can go, in the one form in which it is kept and looked up."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jcoc.trail import phone

LINES, COLUMNS = 6, 60


class BadAddress(ValueError):
    """No message can go there; `code` is one of words.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normal(channel: str, address: str) -> str:
    """An e-mail address with its domain in small letters, a number in E.164, a postal address line by line."""
    if channel == "email":
        return _email(address.strip())
    if channel == "gateway":
        try:
            return phone.e164(address)
        except phone.NotANumber as fault:
            raise BadAddress(fault.code) from None
    return _postal(address)


def _email(address: str) -> str:
    if not address:
        raise BadAddress("mail-empty")
    try:
        validate_email(address)
    except ValidationError:
        raise BadAddress("mail-form") from None
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _postal(address: str) -> str:
    lines = [" ".join(line.split()) for line in address.splitlines() if line.strip()]
    if not lines:
        raise BadAddress("letter-empty")
    if len(lines) > LINES or any(len(line) > COLUMNS for line in lines):
        raise BadAddress("letter-long")
    return "\n".join(lines)
