"""All values or none, each after the one that its maker has seen; and what no value may be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from indicators.laid_out import kept, places
from jcoc.city.models import Place
from jcoc.indicators.declaration import Entered, PlaceLevel
from jcoc.indicators.models import Cause, Flag, Origin, Value
from jcoc.indicators.periods import PeriodType, containing
from jcoc.indicators.services import correcting, keeping
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.keeping import Conflict, NewValue, Refused, keep
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.reading import verify_chain
from jcoc.trail.audit.rowcheck import check_rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = date(2024, 5, 1)


@pytest.fixture
def new() -> NewValue:
    city = places()
    return NewValue(
        indicator=kept(source=Entered()),
        place=city["15.71"],
        period=containing(PeriodType.DAY, DAY),
        value=1.0,
        origin=Origin.ENTERED,
        cause=Cause.IMPORTED,
    )


def revision(new: NewValue, follows: int, value: float, **fields: Any) -> NewValue:
    return replace(new, follows=follows, value=value, reason="salah ketik", **fields)


def current() -> list[tuple[int, float | None]]:
    return list(Value.objects.current().order_by("place", "start").values_list("revision", "value"))


def test_each_revision_follows_the_one_before_it_and_none_is_lost(new: NewValue) -> None:
    keep([new])
    keep([revision(new, 1, 2.0)])
    keep([revision(new, 2, 3.0)])
    kept_values = Value.objects.order_by("revision").values_list("revision", "value", "current")
    assert list(kept_values) == [(1, 1.0, False), (2, 2.0, False), (3, 3.0, True)]
    assert verify_chain().faults == []
    assert [each for each in check_rows().faults if each.kind == "indicators.value"] == []


@pytest.mark.parametrize("follows", [0, 1, 3])
def test_who_has_not_seen_the_newest_keeps_nothing(new: NewValue, follows: int) -> None:
    keep([new])
    keep([revision(new, 1, 2.0)])
    before = Entry.objects.count()
    elsewhere = replace(new, place=Place.objects.get(code="15.71.01"))
    with pytest.raises(Conflict):
        keep([elsewhere, revision(new, follows, 9.0)])
    assert current() == [(2, 2.0)]
    assert Entry.objects.count() == before


def test_one_that_follows_what_was_never_kept_is_a_conflict(new: NewValue) -> None:
    with pytest.raises(Conflict):
        keep([revision(new, 1, 2.0)])
    assert not Value.objects.exists()


def test_the_same_value_twice_in_one_call_is_a_conflict(new: NewValue) -> None:
    with pytest.raises(Conflict):
        keep([new, replace(new, value=2.0)])
    assert not Value.objects.exists()


def test_a_flag_goes_with_the_value_that_is_replaced_or_stays_with_it(new: NewValue) -> None:
    (first,) = keep([new])
    with unguarded():
        Flag.objects.create(value=first, kept="1.0", recomputed="2.0")
    with pytest.raises(Conflict):
        keep([revision(new, 7, 2.0)])
    assert Flag.objects.open().count() == 1
    keep([revision(new, 1, 2.0)])
    flag = Flag.objects.get()
    assert flag.closed
    with translation.override("en"):
        assert flag.told_why == "A later revision answered it."


def _gone(new: NewValue) -> NewValue:
    with unguarded():
        Place.objects.filter(code="15.71.01.1001").update(valid_to=date(2024, 4, 30))
    return replace(new, place=Place.objects.get(code="15.71.01.1001"))


def _later(new: NewValue) -> NewValue:
    place = Place.objects.get(code="15.71.02.1002")
    return replace(new, place=place, period=containing(PeriodType.DAY, date(2022, 12, 31)))


def _no_level(new: NewValue) -> NewValue:
    indicator = kept("city-only", Entered(), levels=(PlaceLevel.KOTA,))
    return replace(new, indicator=indicator, place=Place.objects.get(code="15.71.01"))


WRONG: dict[str, tuple[Callable[[NewValue], NewValue], str, str]] = {
    "a place that is no more": (_gone, "", "The place did not exist at the end of that period"),
    "a place that was not yet": (_later, "", "The place did not exist at the end of that period"),
    "a level": (_no_level, "", "is not told by kecamatan"),
    "a period": (
        lambda new: replace(new, period=containing(PeriodType.MONTH, DAY)), "", "The indicator is told by the day",
    ),
    "no reason": (lambda new: replace(new, follows=1), "reason", "A revision needs a reason"),
    "infinite": (lambda new: replace(new, value=float("inf")), "value", "The number is too large"),
    "larger than any": (lambda new: replace(new, value=-1e18), "value", "The number is too large"),
    "an infinite part": (lambda new: replace(new, numerator=float("nan")), "value", "The number is too large"),
    "no note": (lambda new: replace(new, value=None), "note", "Where there is no value, a note says why"),
    "reason": (lambda new: replace(new, reason="x" * 501), "reason", "The reason is too long; use 500 characters"),
    "note": (lambda new: replace(new, note="x" * 301), "note", "The note is too long; use 300 characters"),
    "source": (lambda new: replace(new, source_name="x" * 301), "source_name", "The source is too long; use 300"),
    "address": (
        lambda new: replace(new, source_url="x" * 501), "source_url",
        "The address of the source is too long; use 500 characters",
    ),
    "a zero byte": (lambda new: replace(new, note="a\x00b"), "note", "a character that cannot be kept"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_no_value_may_be_is_said_with_its_field_in_the_readers_language(
    new: NewValue, name: str
) -> None:
    change, field, sentence = WRONG[name]
    wrong = change(new)
    with pytest.raises(Refused) as refused:
        keep([new, wrong])
    assert not Value.objects.exists()
    where = f"{wrong.indicator.code}, {wrong.place.name}, {wrong.period}"
    assert sentence in str(refused.value) and str(refused.value).startswith(where)
    assert refused.value.field == field
    with translation.override("id"):
        told = refused.value.said(gettext)
    assert told.startswith(where) and sentence not in told


def test_what_the_columns_take_is_kept_whole(new: NewValue) -> None:
    texts = {name: "x" * most for name, most in keeping.LONGEST.items()}
    assert texts.keys() == {"reason", "note", "source_name", "source_url"}
    (value,) = keep([replace(new, **texts)])
    value.refresh_from_db()
    assert all(getattr(value, name) == text for name, text in texts.items())


def test_corrected_twice_at_once_in_one_process(new: NewValue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks at the value before the first writes, and writes after it."""
    (value,) = keep([new])
    read = correcting.in_own_words

    def overtaken(text: str) -> str:
        monkeypatch.setattr(correcting, "in_own_words", read)
        correct(value.pk, follows=1, value=2.0, reason="yang pertama")
        return read(text)

    monkeypatch.setattr(correcting, "in_own_words", overtaken)
    with pytest.raises(Conflict):
        correct(value.pk, follows=1, value=3.0, reason="yang kedua")
    assert current() == [(2, 2.0)]
    with pytest.raises(Conflict):
        correct(value.pk, follows=1, value=3.0, reason="yang kedua")
    assert [each.reason for each in Value.objects.order_by("revision")] == ["", "yang pertama"]


CORRECTOR = """
import sys, django
django.setup()
from jcoc.indicators.services import correcting
from jcoc.indicators.services.keeping import Conflict
pk, number = int(sys.argv[1]), float(sys.argv[2])
print("READY", flush=True)
sys.stdin.readline()
try:
    correcting.correct(pk, follows=1, value=number, reason=f"proses {number}")
    print("KEPT")
except Conflict:
    print("CONFLICT")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite lies in memory")
def test_corrected_twice_at_once_by_two_processes(new: NewValue) -> None:
    (value,) = keep([new])
    server = os.environ["JCOC_DATABASE_URL"].rpartition("/")[0]
    env = os.environ | {
        "JCOC_DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "jcoc.settings",
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CORRECTOR, str(value.pk), str(number)],
            env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number in (2.0, 3.0)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "READY\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(said) == ["CONFLICT", "KEPT"]
    assert current() == [(2, (2.0, 3.0)[said.index("KEPT")])]
    assert verify_chain().faults == []
