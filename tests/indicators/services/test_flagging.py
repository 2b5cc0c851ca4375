"""Flags: opened once over what is in force, closed with a reason, never removed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from indicators.laid_out import kept, places
from indicators.services.test_correcting import value
from jcoc.indicators.arithmetic import Result
from jcoc.indicators.computed import Computed
from jcoc.indicators.models import Flag, Origin, Value
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.flagging import LONGEST, close, difference, flag
from jcoc.indicators.services.keeping import Refused
from jcoc.people.services import Grant, add_account
from jcoc.trail.actor import acting
from jcoc.trail.audit.models import Entry, Note
from support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
assert kept and places


def found(of: Value, number: float, sha256: str = "a" * 64) -> Computed:
    return Computed(of.place.code, of.period, Result(number), "", 25, sha256, Origin.MEASURED)


def opened(number: float = 5.0) -> Flag:
    first = value()
    assert flag([difference(first, found(first, number))]) == 1
    return Flag.objects.get()


def test_it_says_the_number_where_the_rows_are_the_same_and_else_the_rows() -> None:
    first = value()
    number, rows = (
        difference(first, found(first, 5.0)),
        difference(first, found(first, 5.0, "b" * 64)),
    )
    assert (number.kept, number.recomputed) == ("4.0", "5.0")
    flag([rows])
    with translation.override("en"):
        assert Flag.objects.get().told_kept == f"24 rows, SHA-256 {'a' * 16}…"
        assert Flag.objects.get().told_recomputed == f"25 rows, SHA-256 {'b' * 16}…"


def test_one_that_is_open_or_was_closed_over_the_same_finding_is_not_opened_again() -> None:
    first = opened(5.0).value
    assert flag([difference(first, found(first, 6.0))]) == 0
    close(Flag.objects.get().pk, "Sudah dilihat.")
    assert flag([difference(first, found(first, 5.0))]) == 0
    assert flag([difference(first, found(first, 6.0))]) == 1


def test_none_is_opened_over_a_revision_that_was_replaced_in_between() -> None:
    first = value()
    seen = difference(first, found(first, 5.0))
    correct(first.pk, follows=1, value=4.5, reason="x")
    assert flag([seen]) == 0
    assert not Flag.objects.exists()


def test_closing_keeps_the_reason_and_enters_the_chain() -> None:
    at = opened()
    before = Entry.objects.count()
    with acting("user-7"):
        closed = close(at.pk, "  Sensor diganti. ")
    assert closed.closed is not None and closed.closed_why == "Sensor diganti."
    (entry,) = Entry.objects.filter(seq__gt=before)
    assert (entry.action, entry.kind, entry.object) == (
        "indicators.flag_close", "indicators.flag", str(at.pk),
    )  # fmt: skip
    assert entry.actor == "user-7" and Note.objects.filter(entry=entry).exists()
    assert Flag.objects.count() == 1


def test_it_is_closed_once() -> None:
    at = opened()
    close(at.pk, "Pertama")
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        close(at.pk, "Kedua")
    assert refused.value.field == ""
    assert Flag.objects.get().closed_why == "Pertama"
    assert Entry.objects.count() == before


@pytest.mark.parametrize("why", ["", " \n\t", "x" * (LONGEST + 1)], ids=["empty", "blank", "long"])
def test_a_reason_that_cannot_be_is_said_in_the_readers_language(why: str) -> None:
    at = opened()
    with pytest.raises(Refused) as refused:
        close(at.pk, why)
    assert refused.value.field == "why"
    with translation.override("id"):
        assert refused.value.said(gettext) != str(refused.value)
    assert Flag.objects.open().count() == 1


def test_on_the_page_the_second_is_told_that_it_was_closed_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from jcoc.indicators.views import flags

    at = opened()
    add_account("administrator", PASSWORD, [Grant("administrator")])
    client = Client(headers={"Accept-Language": "id"})
    assert client.login(username="administrator", password=PASSWORD)
    address = f"/indicators/flags/{at.pk}/close/"
    assert client.post(address, {"why": ""}).status_code == 422

    def overtaken(pk: int, why: str) -> Flag:
        close(pk, "Oleh orang lain")
        return close(pk, why)

    monkeypatch.setattr(flags.flagging, "close", overtaken)
    answer = client.post(address, {"why": "Sensor diganti"}, follow=True)
    assert answer.status_code == 200
    assert "Tanda itu sementara itu sudah ditutup." in answer.content.decode()
    assert Flag.objects.get().closed_why == "Oleh orang lain"
