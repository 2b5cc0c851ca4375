"""Reads delivery status notifications (RFC 3464, RFC 6533), as mail servers send them to a message's return path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from typing import NamedTuple

LARGEST = 1024 * 1024
MOST_RECIPIENTS = 100
#: The header that each of our e-mails carries, and that comes back with what the server returns of it.
ID_HEADER = "X-JCOC-Message"
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_UUID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_RETURN_PATH = re.compile(rf"\+({_UUID})@", re.IGNORECASE)


class NotABounce(ValueError):
    """A file is no delivery status notification; the text is a sentence."""


class Report(NamedTuple):
    """What became of one recipient. ``status`` is RFC 3463's code such as ``5.1.1``; empty texts where not said."""

    recipient: str
    action: str
    status: str
    diagnostic: str


class Notice(NamedTuple):
    """A notification: the ids of ours that it names, and one report a recipient."""

    message_ids: tuple[str, ...]
    reports: tuple[Report, ...]


def read(raw: bytes) -> Notice:
    """Read one e-mail; :class:`NotABounce` where it holds no delivery status."""
    if len(raw) > LARGEST:
        raise NotABounce(f"The e-mail is larger than {LARGEST // 1024} KB; a delivery notification is not.")
    mail = message_from_bytes(raw, policy=policy.compat32)
    blocks = [
        block for part in mail.walk() if part.get_content_type() in _STATUS_TYPES for block in _blocks(part)
    ]
    reports = tuple(report for block in blocks[:MOST_RECIPIENTS] if (report := _report(block)))
    if not reports:
        raise NotABounce("The e-mail holds no delivery status (RFC 3464: message/delivery-status).")
    return Notice(tuple(dict.fromkeys(_ids(mail, blocks))), reports)


def is_dead(report: Report) -> bool:
    """Whether an address is not there for good, as apart from a full box, a policy or a server that is away.

    RFC 3463: 5.1.x names a bad address, 5.2.1 a mailbox that is closed. Servers that say only 5.0.0 are believed
    where their reply is SMTP's 550, 551 or 553.
    """
    if report.action != "failed":
        return False
    if report.status.startswith("5.1.") or report.status == "5.2.1":
        return True
    return report.status == "5.0.0" and bool(re.match(r"55[013]\b", report.diagnostic))


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    inner = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    if part.get_content_type() == "message/delivery-status":  # the parser has cut it already
        yield from inner
        return
    text = "".join(block.as_string() for block in inner) or str(payload)
    yield from (message_from_string(block) for block in re.split(r"\r?\n\r?\n", text) if block.strip())


def _report(block: Message) -> Report | None:
    """The fields of one recipient; None for the block about the message as a whole."""
    action = _field(block, "Action").lower()
    if action not in _ACTIONS:
        return None
    status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", _field(block, "Status"))
    return Report(
        _typed(_field(block, "Final-Recipient")).strip("<>"),
        action,
        status[0] if status else "",
        _typed(_field(block, "Diagnostic-Code"))[:500],
    )


def _field(block: Message, name: str) -> str:
    return re.sub(r"\s+", " ", str(block.get(name, ""))).strip()


def _typed(value: str) -> str:
    """What stands behind the type of a field such as ``rfc822; somebody@example.org``."""
    return value.partition(";")[2].strip() if ";" in value else value


def _ids(mail: Message, blocks: list[Message]) -> Iterator[str]:
    wholes = list(mail.walk())
    for part in mail.walk():
        payload = part.get_payload(decode=True) if part.get_content_type() == "text/rfc822-headers" else None
        if isinstance(payload, bytes):
            wholes.append(message_from_bytes(payload))
    for whole in wholes:
        for value in whole.get_all(ID_HEADER, []):
            if found := re.fullmatch(_UUID, str(value).strip(), re.IGNORECASE):
                yield _dashed(found[0])
    for value in (
        *(str(value) for name in ("To", "Delivered-To", "X-Original-To") for value in mail.get_all(name, [])),
        *(_field(block, "Original-Envelope-Id") for block in blocks),
    ):
        for found in re.finditer(_RETURN_PATH, value):
            yield _dashed(found[1])
        if exact := re.fullmatch(_UUID, value, re.IGNORECASE):
            yield _dashed(exact[0])


def _dashed(hexadecimal: str) -> str:
    bare = hexadecimal.replace("-", "").lower()
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))
