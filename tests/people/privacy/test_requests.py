from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from jcoc.people.privacy import dossier
from jcoc.people.privacy.models import Erasure, Request, RequestKind, RequestState, Restriction
from jcoc.people.privacy.services import consents, erasing, requests
from jcoc.trail.audit.models import Entry
from jcoc.trail.sealing import seals

from .conftest import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_a_request_is_taken_up_and_closed_each_step_a_row(subject: UUID) -> None:
    request = requests.receive(subject, RequestKind.CORRECT, via="counter", words="Nama saya salah eja")
    requests.take_up(request)
    requests.fulfil(request, "Sudah diperbaiki")
    assert [(s.before, s.after) for s in request.steps.all()] == [
        ("", "received"),
        ("received", "in_work"),
        ("in_work", "done"),
    ]
    kept = Request.objects.get(pk=request.pk)
    assert kept.closed is not None
    assert b"salah eja" not in kept.words.blob
    assert kept.words.open(reason=seals.Reason.REQUEST) == "Nama saya salah eja"


def test_two_officers_cannot_close_one_request(subject: UUID) -> None:
    request = requests.receive(subject, RequestKind.SEE, via="counter")
    seen_by_another = Request.objects.get(pk=request.pk)
    requests.fulfil(request)
    with pytest.raises(requests.TakenMeanwhile):
        requests.refuse(seen_by_another, "Tidak bisa")
    kept = Request.objects.get(pk=request.pk)
    assert kept.state == RequestState.DONE
    assert not kept.answer  # the refusal left nothing half-written
    assert kept.steps.count() == 2


def test_a_refusal_needs_a_reason(subject: UUID) -> None:
    request = requests.receive(subject, RequestKind.ERASE, via="counter")
    with pytest.raises(ValidationError, match="needs a reason"):
        requests.refuse(request, "  ")
    assert Request.objects.get(pk=request.pk).state == RequestState.RECEIVED


def test_asking_twice_for_the_same_is_one_request(subject: UUID) -> None:
    first = requests.receive(subject, RequestKind.RESTRICT, via="own_page")
    assert requests.receive(subject, RequestKind.RESTRICT, via="own_page").pk == first.pk


def test_words_go_to_the_open_request_without_some_and_others_stand_beside_it(subject: UUID) -> None:
    bare = requests.receive(subject, RequestKind.CORRECT, via="own_page")
    with_words = requests.receive(subject, RequestKind.CORRECT, via="own_page", words="Nama salah")
    assert with_words.pk == bare.pk
    kept = Request.objects.get()
    assert kept.words.open(reason=seals.Reason.REQUEST) == "Nama salah"
    assert requests.receive(subject, RequestKind.CORRECT, via="own_page").pk == bare.pk
    for number in range(1, requests.MOST_OPEN):
        another = requests.receive(subject, RequestKind.CORRECT, via="own_page", words=f"Alamat {number}")
        assert another.pk != bare.pk
    with pytest.raises(ValidationError, match="3 requests for this are open already"):
        requests.receive(subject, RequestKind.CORRECT, via="own_page", words="Lagi")
    assert Request.objects.count() == requests.MOST_OPEN
    requests.fulfil(kept)
    assert requests.receive(subject, RequestKind.CORRECT, via="own_page", words="Lagi").is_open


def test_an_erasure_leaves_no_request_open(subject: UUID) -> None:
    requests.receive(subject, RequestKind.CORRECT, via="counter")
    requests.fulfil(requests.receive(subject, RequestKind.ERASE, via="counter"))
    assert set(Request.objects.values_list("state", flat=True)) == {"done"}


def test_a_restriction_stops_all_but_what_the_law_demands(subject: UUID, shelf: Shelf) -> None:
    requests.fulfil(requests.receive(subject, RequestKind.RESTRICT, via="counter"))
    assert not consents.may_process(subject, "test_survey")
    assert consents.may_process(subject, "test_register")
    requests.lift_restriction(Restriction.objects.get())
    assert consents.may_process(subject, "test_survey")


def test_an_erased_person_is_gone_and_the_account_of_it_stays(subject: UUID, shelf: Shelf) -> None:
    shelf.kept[subject] = [{"course": "Menjahit"}]
    request = requests.receive(subject, RequestKind.ERASE, via="counter", words="Hapus semua")
    held = {holding["code"]: holding["rows"] for holding in dossier.collect(subject)["holdings"]}
    assert held["test_shelf"] == [{"course": "Menjahit"}]
    done = requests.fulfil(request)
    assert done["rows"] >= 1
    assert subject not in shelf.kept
    with pytest.raises(seals.Erased):
        Request.objects.get().words.open(reason=seals.Reason.REQUEST)
    assert Erasure.objects.get().subject == subject
    assert Entry.objects.filter(action="privacy.erased", object=str(subject)).exists()


def test_erasures_are_applied_again_after_a_restore(shelf: Shelf, db: None) -> None:
    gone, stays = seals.new_subject(), seals.new_subject()
    erasing.erase(gone)
    lines = list(erasing.export_erasures())
    shelf.kept[gone] = [{"back": "from the backup"}]
    shelf.kept[stays] = [{"not": "asked"}]
    assert erasing.apply_erasures(lines) == 1
    assert gone not in shelf.kept
    assert stays in shelf.kept


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"subject": 5}', json.dumps({"subject": "kosong"})])
def test_a_line_that_is_no_erasure_is_named(line: str, db: None) -> None:
    good = json.dumps({"subject": str(seals.new_subject())})
    with pytest.raises(ValueError, match="Line 2 is not an erasure"):
        erasing.apply_erasures([good, line])
