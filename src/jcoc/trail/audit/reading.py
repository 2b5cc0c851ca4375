"""The chain as the database has it, read in parts, so that neither memory nor an open transaction grows with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.db import connection
from django.db.models import Subquery

from jcoc.trail.audit.chain import GENESIS, Link
from jcoc.trail.audit.models import Entry, Head, SignedHead
from jcoc.trail.audit.verifying import Verdict, verify

_PART = 5_000
_REST = "actor, action, kind, object, before, after, detail, note, previous, hash"


def rows(after: int = 0) -> Iterator[tuple[Link, str]]:
    """Each entry after that number, with the hash that stands beside it."""
    # As text: Django would make an instant of each, which takes longer than its hash.
    at = (
        """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        if connection.vendor == "postgresql"
        else "CAST(at AS TEXT)"
    )
    columns = _REST.replace(", ", '", "')
    question = (
        f'SELECT seq, {at}, "{columns}" FROM {Entry._meta.db_table} '  # noqa: S608
        f"WHERE seq > %s ORDER BY seq LIMIT {_PART}"
    )
    of_sqlite = connection.vendor == "sqlite"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(question, (after,))
            part = cursor.fetchall()
        for seq, instant, *rest, stored in part:
            yield Link(seq, _instant(instant) if of_sqlite else instant, *rest), stored
        if len(part) < _PART:
            return
        after = part[-1][0]


def _instant(text: str) -> str:
    """SQLite's text of an instant in the form of the chain; anything else comes back as it is and fits no hash."""
    if len(text) == 26:
        return f"{text[:10]}T{text[11:]}Z"
    return f"{text[:10]}T{text[11:]}.000000Z" if len(text) == 19 else text


def head() -> tuple[int, str]:
    """Number and hash that the chain says to end with; 0 and the genesis where there is none."""
    return Head.objects.filter(pk=1).values_list("seq", "hash").first() or (0, GENESIS)


def _end() -> tuple[tuple[int, str], int]:
    """The head, and the number of the newest entry, both of one moment."""
    newest = Entry.objects.order_by("-seq").values("seq")[:1]
    found = Head.objects.filter(pk=1).values_list("seq", "hash", Subquery(newest)).first()
    if found is None:
        return (0, GENESIS), Entry.objects.values_list("seq", flat=True).first() or 0
    return (found[0], found[1]), found[2] or 0


def verify_chain(
    progress: Callable[[float, str], None] = lambda _fraction, _text: None,
    *,
    signed: Mapping[int, str] | None = None,
    after: tuple[int, str] = (0, GENESIS),
) -> Verdict:
    """Verify the chain as it stands now; the heads that this database signed count beside those given.

    What is appended meanwhile is left to the next time.
    """
    end, newest = _end()
    last = max(end[0], newest)
    known = dict(SignedHead.objects.values_list("seq", "hash"))
    total = max(last - after[0], 1)

    def until_now() -> Iterator[tuple[Link, str]]:
        for link, stored in rows(after[0]):
            if link.seq > last:
                return
            yield link, stored

    return verify(
        until_now(),
        end,
        signed=known | dict(signed or {}),
        after=after,
        progress=lambda seq: progress((seq - after[0]) / total, ""),
    )
