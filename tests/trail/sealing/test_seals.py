"""Sealing for a person, opening with an account of it, and the end of a person's key."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation

from jcoc.trail.actor import acting
from jcoc.trail.audit.models import Entry, Note
from jcoc.trail.audit.recording import writing
from jcoc.trail.sealing import seals
from jcoc.trail.sealing.models import SubjectKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
NIK, PHONE = "test.row.nik", "test.row.phone"
NUMBER = "1571010101900001"


@pytest.fixture
def person() -> uuid.UUID:
    return seals.new_subject()


def openings() -> list[Entry]:
    return list(Entry.objects.filter(action="sealing.opened").order_by("seq"))


@pytest.mark.postgres
def test_what_is_sealed_is_opened_with_an_entry_that_holds_nothing_of_it(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    assert NUMBER.encode() not in blob
    with acting("user-7"):
        opened = seals.open_sealed(person, NIK, blob, reason="payment", note="Upah pekan ke-3", specific=True)
    assert opened == NUMBER
    [entry] = openings()
    assert (entry.actor, entry.kind, entry.object) == ("user-7", "sealing.subject", str(person))
    assert json.loads(entry.detail) == {"reason": "payment", "specific": True, "what": [NIK]}
    assert Note.objects.get(entry=entry).text == "Upah pekan ke-3"
    assert NUMBER not in str(vars(entry))


def test_many_are_opened_in_their_order_with_one_entry_a_person(person: uuid.UUID) -> None:
    other = seals.new_subject()
    items = [
        (person, NIK, seals.seal(person, NIK, "a")),
        (other, PHONE, seals.seal(other, PHONE, "b")),
        (person, PHONE, seals.seal(person, PHONE, "c")),
    ]
    assert seals.open_many(items, reason=seals.Reason.REQUEST) == ["a", "b", "c"]
    assert {entry.object: json.loads(entry.detail)["what"] for entry in openings()} == {
        str(person): [NIK, PHONE],
        str(other): [PHONE],
    }
    assert len(openings()) == 2


def test_files_are_sealed_as_bytes(person: uuid.UUID) -> None:
    blob = seals.seal_bytes(person, "test.file", b"\xff\x00\xd8")
    assert seals.open_bytes(person, "test.file", blob, reason="service") == b"\xff\x00\xd8"


def test_without_a_known_reason_nothing_opens(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    with pytest.raises(ValueError, match="curiosity"):
        seals.open_sealed(person, NIK, blob, reason="curiosity")
    assert openings() == []


def test_an_opening_cannot_be_lost_with_a_block_that_fails(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    with pytest.raises(RuntimeError, match="before the block"), writing("test.write"):
        seals.open_sealed(person, NIK, blob, reason="service")


def test_an_opening_cannot_be_lost_with_a_transaction_that_fails(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        seals.open_sealed(person, NIK, blob, reason="service")
    assert openings() == []


def test_a_blob_moved_to_another_column_or_person_does_not_open(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    other = seals.new_subject()
    for subject, context in ((person, PHONE), (other, NIK)):
        with pytest.raises(seals.DoesNotOpen):
            seals.open_sealed(subject, context, blob, reason="service")
    assert seals.masked(person, PHONE, blob, "number") in ("rusak", "damaged")
    assert openings() == []


def test_masks_show_the_end_and_are_not_logged(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    assert seals.masked(person, NIK, blob, "number") == "••••0001"
    assert seals.masked(person, NIK, None, "number") == ""
    assert openings() == []


def test_a_page_of_masks_takes_one_query(person: uuid.UUID, django_assert_num_queries: object) -> None:
    subjects = seals.new_subjects(50)
    items = [(subject, NIK, seals.seal(subject, NIK, NUMBER), "number") for subject in subjects]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert set(seals.masked_many(items)) == {"••••0001"}
    with django_assert_num_queries(1), seals.holding(subjects):  # type: ignore[operator]
        for subject, context, blob, kind in items:
            assert seals.masked(subject, context, blob, kind) == "••••0001"


def test_judging_tells_yes_or_no(person: uuid.UUID) -> None:
    blob = seals.seal(person, "test.row.born", "2015-01-02")
    assert seals.judge(person, "test.row.born", blob, lambda born: born > "2008") is True
    assert openings() == []


@pytest.mark.postgres
def test_a_destroyed_key_opens_nothing_and_seals_nothing(person: uuid.UUID) -> None:
    blob = seals.seal(person, NIK, NUMBER)
    with seals.holding([person]):
        seals.destroy(person)
        with pytest.raises(seals.Erased):
            seals.open_sealed(person, NIK, blob, reason="service")
    with pytest.raises(seals.Erased, match=str(person)):
        seals.open_many([(person, NIK, blob)], reason="service")
    with pytest.raises(seals.Erased):
        seals.seal(person, NIK, NUMBER)
    with translation.override("en"):
        assert seals.masked(person, NIK, blob, "number") == "erased"
    row = SubjectKey.objects.get(subject=person)
    assert (row.wrapped, row.master) == (None, "")
    assert row.destroyed is not None
    before = Entry.objects.count()
    seals.destroy(person)
    assert Entry.objects.count() == before


def test_somebody_unknown_is_as_good_as_erased() -> None:
    with pytest.raises(seals.Erased):
        seals.seal(uuid.uuid4(), NIK, NUMBER)


def test_a_blind_index_finds_equal_texts_of_one_context_only(keys: Path) -> None:
    index = seals.blind_index(NIK, "Siti  AMINAH ")
    assert len(index) == 64
    assert index == seals.blind_index(NIK, "siti aminah") == seals.blind_index(NIK, "ｓiti aminah")
    assert index != seals.blind_index(NIK, "siti amina")
    assert index != seals.blind_index(PHONE, "siti aminah")
    assert seals.blind_indexes(NIK, "siti aminah") == (index,)


def test_a_blind_index_is_the_documented_hmac(keys: Path) -> None:
    import base64
    import hashlib
    import hmac

    index = seals.blind_index(NIK, NUMBER)
    key = base64.b64decode(json.loads((keys / "sealing.json").read_text())["index"][-1]["key"])
    of_context = hmac.new(key, b"jcoc blind index\0test.row.nik", hashlib.sha256).digest()
    assert index == hmac.new(of_context, NUMBER.encode(), hashlib.sha256).hexdigest()
