"""A person's correction: what of the value before stays with it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from indicators.laid_out import kept, places
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Cause, Flag, Origin, Value
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.keeping import Conflict, NewValue, Refused, keep
from jcoc.trail.actor import acting
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry, Note
from jcoc.trail.audit.reading import verify_chain

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def value(**fields: Any) -> Value:
    given: dict[str, Any] = {
        "origin": Origin.MEASURED, "cause": Cause.COMPUTED, "provisional": True, "query": '{"function":"mean"}',
        "row_count": 24, "coverage": 0.75, "rows_sha256": "a" * 64, "source_name": "Alat", "source_url": "https://example.org/alat",
    }  # fmt: skip
    new = NewValue(
        indicator=kept(source=Entered()),
        place=places()["15.71"],
        period=parse(PeriodType.DAY, "2024-05-01"),
        value=4.0,
        **(given | fields),
    )
    (made,) = keep([new])
    return made


def test_the_rows_stay_and_the_correction_is_final_and_less_certain() -> None:
    before = value()
    with acting("user-7"):
        after = correct(before.pk, follows=1, value=5.5, reason="  Papan duga dibaca ulang. ")
    before.refresh_from_db()
    assert (before.current, before.value) == (False, 4.0)
    assert (after.revision, after.value, after.current, after.provisional) == (2, 5.5, True, False)
    assert (after.origin, after.cause, after.made_by) == (Origin.CORRECTED, Cause.CORRECTED, "user-7")
    assert after.reason == "Papan duga dibaca ulang."
    for name in ("query", "row_count", "coverage", "rows_sha256"):
        assert getattr(after, name) == getattr(before, name)
    assert (after.source_name, after.source_url) == ("", ""), (
        "who told the number before did not tell this one"
    )


@pytest.mark.parametrize("origin", [Origin.STAND_IN, Origin.SIMULATED])
def test_a_correction_does_not_make_a_less_certain_origin_surer(origin: Origin) -> None:
    assert correct(value(origin=origin).pk, follows=1, value=1.0, reason="x").origin == origin


@pytest.mark.parametrize("origin", [Origin.MEASURED, Origin.ENTERED, Origin.PUBLISHED])
def test_a_correction_is_nobody_elses_figure(origin: Origin) -> None:
    after = correct(value(origin=origin, source_name="BPS").pk, follows=1, value=1.0, reason="x")
    assert (after.origin, after.source_name) == (Origin.CORRECTED, "")


def test_its_reason_stands_in_the_chain_and_answers_the_flag_in_the_same_writing() -> None:
    before = value()
    with unguarded():
        flag = Flag.objects.create(value=before, kept="4.0", recomputed="5.0")
    seq = Entry.objects.count()
    correct(before.pk, follows=1, value=5.0, reason="Hitung ulang benar.")
    flag.refresh_from_db()
    assert flag.closed and flag.closed_why == "Hitung ulang benar."
    entries = Entry.objects.filter(seq__gt=seq)
    assert {(each.action, each.kind) for each in entries} == {
        ("indicators.value_correct", "indicators.value"),
        ("indicators.flag_close", "indicators.flag"),
    }
    assert set(Note.objects.filter(entry__in=entries).values_list("text", flat=True)) == {
        "Hitung ulang benar."
    }
    assert verify_chain().faults == []


def test_a_flag_of_a_correction_that_did_not_happen_stays_open() -> None:
    before = value()
    with unguarded():
        Flag.objects.create(value=before, kept="4.0", recomputed="5.0")
    with pytest.raises(Refused):
        correct(before.pk, follows=1, value=5.0, reason="x" * 501)
    assert Flag.objects.open().count() == 1 and Value.objects.count() == 1


def test_a_long_reason_answers_a_flag_shortened_and_stands_whole_with_the_revision() -> None:
    before = value()
    with unguarded():
        Flag.objects.create(value=before, kept="4.0", recomputed="5.0")
    after = correct(before.pk, follows=1, value=5.0, reason="x" * 500)
    assert after.reason == "x" * 500
    assert Flag.objects.get().closed_why == "x" * 299 + "…"


def test_there_may_be_no_number_with_a_note() -> None:
    before = value()
    with pytest.raises(Refused) as refused:
        correct(before.pk, follows=1, value=None, reason="Alat rusak.")
    assert refused.value.field == "note"
    after = correct(before.pk, follows=1, value=None, reason="Alat rusak.", note="Tidak terukur.")
    assert (after.value, after.note) == (None, "Tidak terukur.")


@pytest.mark.parametrize(
    ("number", "reason", "field"),
    [
        (5.0, " \n", "reason"),
        (float("nan"), "x", "value"),
        (float("-inf"), "x", "value"),
        (4.0, "x", "value"),
        (5.0, "x" * 501, "reason"),
    ],
)
def test_what_is_refused_names_its_field_and_leaves_everything(
    number: float, reason: str, field: str
) -> None:
    before = value()
    with pytest.raises(Refused) as refused:
        correct(before.pk, follows=1, value=number, reason=reason)
    assert refused.value.field == field
    assert Value.objects.get().current


@pytest.mark.parametrize("follows", [0, 2])
def test_who_has_seen_another_revision_conflicts(follows: int) -> None:
    before = value()
    with pytest.raises(Conflict):
        correct(before.pk, follows=follows, value=9.0, reason="x")
    assert Value.objects.get().current


def test_words_that_look_like_a_sentence_of_the_machine_stay_a_persons() -> None:
    forged = '{"say":"settled"}'
    after = correct(value().pk, follows=1, value=9.0, reason=forged, note=forged)
    assert (after.told_reason.strip(), after.told_note.strip()) == (forged, forged)
