"""Seal what is of a person, and open it again with an account of who did and why.

Everything is sealed under the key of one person (the subject) and bound to a context such as ``identity.person.nik``.
Keys of persons are not cached: they are fetched with one query for all persons of a call, or of a block of
:func:`holding`, so that a destroyed key is gone everywhere at once (bench/sealing.py says what it costs).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.utils.translation import gettext as _

from jcoc.trail.audit.digests import batched
from jcoc.trail.audit.recording import current, record
from jcoc.trail.sealing import envelope, masking, services
from jcoc.trail.sealing import specific as specifics
from jcoc.trail.sealing.envelope import DoesNotOpen
from jcoc.trail.sealing.keyring import KeysUnusable
from jcoc.trail.sealing.models import SubjectKey
from jcoc.trail.sealing.reasons import CHOSEN, Reason
from jcoc.trail.sealing.services import new_subject, new_subjects

__all__ = [
    "CHOSEN", "DoesNotOpen", "Erased", "KeysUnusable", "Reason", "blind_index", "blind_indexes", "destroy", "holding",
    "indexes_of", "judge", "masked", "masked_many", "new_subject", "new_subjects", "open_bytes", "open_many",
    "open_sealed", "seal", "seal_bytes",
]  # fmt: skip

#: subject, context, blob.
Item = tuple[uuid.UUID, str, bytes]


class Erased(LookupError):
    """The person's key was destroyed, or there never was one: what it sealed cannot be opened, and nothing sealed."""

    def __init__(self, subject: uuid.UUID) -> None:
        super().__init__(f"What belongs to {subject} was erased.")
        self.subject = subject


_held: ContextVar[dict[uuid.UUID, bytes] | None] = ContextVar("held_keys", default=None)


@contextmanager
def holding(subjects: Iterable[uuid.UUID]) -> Iterator[None]:
    """Fetch the keys of these persons once for the block: a page of a list, the columns of a new row.

    Keep the block short: a key destroyed meanwhile by another process is held until its end.
    """
    outer = _held.get()
    if outer is not None:
        outer.update(_fetch(set(subjects) - outer.keys()))
        yield
        return
    token = _held.set(_fetch(set(subjects)))
    try:
        yield
    finally:
        _held.reset(token)


def _fetch(subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The keys of those who have one."""
    if not subjects:
        return {}
    ring = services.keyring()
    found = {}
    for some in batched(subjects, 500):
        rows = SubjectKey.objects.filter(subject__in=some, destroyed=None)
        for subject, wrapped, master in rows.values_list("subject", "wrapped", "master"):
            found[subject] = services.unwrap(ring, subject, wrapped, master)
    return found


def _keys(subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    held = _held.get() or {}
    missing = {subject for subject in subjects if subject not in held}
    return {**held, **_fetch(missing)} if missing else held


def _key(subject: uuid.UUID) -> bytes:
    try:
        return _keys([subject])[subject]
    except KeyError:
        raise Erased(subject) from None


def seal_bytes(subject: uuid.UUID, context: str, plain: bytes) -> bytes:
    """Seal bytes, such as a file; 29 bytes longer than what is given. :class:`Erased` where the key is gone."""
    return envelope.seal(_key(subject), plain, envelope.bound_to(subject, context))


def seal(subject: uuid.UUID, context: str, text: str) -> bytes:
    """Seal a text of that person for that context; twice the same text gives two different blobs."""
    return seal_bytes(subject, context, text.encode())


def _unseal_many(items: Sequence[Item]) -> list[bytes]:
    keys = _keys({subject for subject, _context, _blob in items})
    plain = []
    for subject, context, blob in items:
        if subject not in keys:
            raise Erased(subject)
        plain.append(envelope.unseal(keys[subject], bytes(blob), envelope.bound_to(subject, context)))
    return plain


def _record_opening(items: Sequence[Item], reason: str, note: str, specific: bool) -> None:
    if current() is not None:
        raise RuntimeError(
            "Open sealed values before the block that writes: if it failed, nobody would know of the opening."
        )
    contexts: dict[uuid.UUID, list[str]] = defaultdict(list)
    for subject, context, _blob in items:
        if context not in contexts[subject]:
            contexts[subject].append(context)
    marked = contexts.keys() if specific else specifics.among(contexts)
    alike: dict[tuple[bool, tuple[str, ...]], list[uuid.UUID]] = defaultdict(list)
    for subject, what in contexts.items():
        alike[subject in marked, tuple(sorted(what))].append(subject)
    # Durable: Django refuses it where a transaction is open, whose failing would take the entries along.
    with transaction.atomic(durable=True):
        for (is_specific, what_alike), subjects in alike.items():
            detail = {"reason": Reason(reason).value, "what": what_alike} | (
                {"specific": True} if is_specific else {}
            )
            record("sealing.opened", "sealing.subject", subjects, note=note, detail=detail)


def _open(items: Sequence[Item], reason: str, note: str, specific: bool) -> list[bytes]:
    Reason(reason)
    plain = _unseal_many(items)
    _record_opening(items, reason, note, specific)
    return plain


def open_many(items: Sequence[Item], *, reason: str, note: str = "", specific: bool = False) -> list[str]:
    """Open several texts, in their order; one entry of the audit trail a person, made before anything is returned.

    `reason` is a code of :class:`Reason` (`ValueError` otherwise), `note` what a person added in own words. `specific`
    marks what the law calls specific data, beside what specific.py knows of: children, money. All or nothing:
    :class:`Erased` names the person whose key is gone, :class:`DoesNotOpen` says that a blob was changed or moved. Not
    inside of a transaction (`RuntimeError`): if that failed, the text would be known and the entry gone.
    """
    return [plain.decode() for plain in _open(items, reason, note, specific)]


def open_sealed(
    subject: uuid.UUID, context: str, blob: bytes, *, reason: str, note: str = "", specific: bool = False
) -> str:
    """Open one text; see :func:`open_many`."""
    return open_many([(subject, context, blob)], reason=reason, note=note, specific=specific)[0]


def open_bytes(
    subject: uuid.UUID, context: str, blob: bytes, *, reason: str, note: str = "", specific: bool = False
) -> bytes:
    """Open what :func:`seal_bytes` sealed; see :func:`open_many`."""
    return _open([(subject, context, blob)], reason, note, specific)[0]


def masked_many(items: Sequence[tuple[uuid.UUID, str, bytes | None, str]]) -> list[str]:
    """The masks of (subject, context, blob, kind), in their order; kinds are those of masking.Kind.

    Shows at most four characters of a value and is not logged. An erased person's mask says so; an empty value has
    an empty mask; a blob that does not open says that it is damaged.
    """
    keys = _keys({subject for subject, _context, blob, _kind in items if blob})
    return [
        _mask(keys.get(subject), subject, context, bytes(blob), kind) if blob else ""
        for subject, context, blob, kind in items
    ]


def _mask(key: bytes | None, subject: uuid.UUID, context: str, blob: bytes, kind: str) -> str:
    if key is None:
        return _("erased")
    try:
        plain = envelope.unseal(key, blob, envelope.bound_to(subject, context))
    except DoesNotOpen:
        return _("damaged")
    return masking.mask(plain.decode(), kind)


def masked(subject: uuid.UUID, context: str, blob: bytes | None, kind: str) -> str:
    """One mask; see :func:`masked_many`, and use it or :func:`holding` for a list."""
    return masked_many([(subject, context, blob, kind)])[0]


def judge(subject: uuid.UUID, context: str, blob: bytes, test: Callable[[str], bool]) -> bool:
    """Answer yes or no about a sealed text, such as whether a birth date is a child's, without giving it away.

    Not logged. For tests that tell little; never for comparing with what somebody typed.
    """
    return test(_unseal_many([(subject, context, blob)])[0].decode())


def destroy(subject: uuid.UUID) -> None:
    """Erase a person's key: whatever it sealed is gone, in every process. See services.destroy."""
    if held := _held.get():
        held.pop(subject, None)
    services.destroy(subject)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def blind_indexes(context: str, text: str) -> tuple[str, ...]:
    """By which indexes a text is found: under the active key, and the one before while it is being replaced."""
    normal = _normal(text).encode()
    found = []
    for key in reversed(services.keyring().index):
        of_context = hmac.digest(key.secret, b"jcoc blind index\0" + context.encode(), hashlib.sha256)
        found.append(hmac.digest(of_context, normal, hashlib.sha256).hex())
    return tuple(found)


def blind_index(context: str, text: str) -> str:
    """HMAC-SHA-256 of a text under a key of its context, 64 hexadecimal digits; to store, and to keep unique.

    Case, width of letters and runs of spaces make no difference; what else is equal (a telephone number's forms) the
    caller decides before. Look rows up by :func:`blind_indexes`. Whoever stores one registers it (indexes.py), so that
    its key can be replaced.
    """
    return blind_indexes(context, text)[0]


def indexes_of(item: Item, stored: str) -> tuple[str, ...]:
    """By which indexes other rows with the same text are found; `stored` is that of this row. Not logged.

    `stored` alone where no key is being replaced, or the person was erased.
    """
    if not stored or len(services.keyring().index) == 1:
        return (stored,)
    try:
        return blind_indexes(item[1], _unseal_many([item])[0].decode())
    except Erased:
        return (stored,)


def reindexed(context: str, item: Item) -> str | None:
    """The blind index of a sealed text under the active key; None where the person was erased. For indexes.py only."""
    try:
        return blind_index(context, _unseal_many([item])[0].decode())
    except Erased:
        return None
