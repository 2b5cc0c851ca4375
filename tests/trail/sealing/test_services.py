"""Rotation, retirement and loss of master keys."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.recording import writing
from jcoc.trail.sealing import seals, services
from jcoc.trail.sealing.keyring import KeysUnusable
from jcoc.trail.sealing.models import SubjectKey

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("keys")]


def quiet(fraction: float, text: str) -> None:
    pass


@pytest.fixture
def sealed() -> dict[uuid.UUID, bytes]:
    subjects = [*seals.new_subjects(6), seals.new_subject()]
    return {subject: seals.seal(subject, "test", str(subject)) for subject in subjects}


def opens(sealed: dict[uuid.UUID, bytes]) -> bool:
    items = [(subject, "test", blob) for subject, blob in sealed.items()]
    return seals.open_many(items, reason="inspection") == [str(subject) for subject in sealed]


def test_rotation_wraps_every_key_anew_and_what_was_sealed_opens(sealed: dict[uuid.UUID, bytes]) -> None:
    old = services.keyring().active.id
    seals.destroy(gone := seals.new_subject())
    before = Entry.objects.count()
    new, rows = services.rotate(quiet)
    assert (rows, new != old) == (7, True)
    assert set(SubjectKey.objects.exclude(subject=gone).values_list("master", flat=True)) == {new}
    assert SubjectKey.objects.get(subject=gone).wrapped is None
    assert opens(sealed)
    assert Entry.objects.filter(action="sealing.master_rotated").count() == 1
    assert Entry.objects.count() == before + 1 + len(sealed)  # the rotation, and what opens() opened
    assert [key["persons"] for key in services.listing()] == [0, 7]


def test_an_interrupted_rotation_goes_on_where_it_was(
    sealed: dict[uuid.UUID, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)

    def stop(fraction: float, text: str) -> None:
        if fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.rotate(stop)
    halfway = services.keyring().active.id
    assert [key["persons"] for key in services.listing()] == [3, 4]
    assert opens(sealed)
    new, rows = services.rotate(quiet)
    assert (new, rows) == (halfway, 3)
    assert len(services.keyring().master) == 2
    assert opens(sealed)


def test_a_key_is_retired_only_when_it_wraps_nothing(sealed: dict[uuid.UUID, bytes]) -> None:
    old = services.keyring().active.id
    with pytest.raises(ValueError, match="active master key"):
        services.retire(old)
    with pytest.raises(ValueError, match="no master key abc"):
        services.retire("abc")
    services.key_file().add_master()
    with pytest.raises(ValueError, match="7 person keys are still wrapped"):
        services.retire(old)
    services.rotate(quiet)
    services.retire(old)
    assert [key.id for key in services.keyring().master] != [old]
    assert len(services.keyring().master) == 1
    assert opens(sealed)


def test_who_seals_under_a_key_that_was_retired_meanwhile_is_refused(
    sealed: dict[uuid.UUID, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = services.keyring()
    services.rotate(quiet)
    services.retire(stale.active.id)
    fresh = services.keyring
    answers = iter([stale])
    monkeypatch.setattr(services, "keyring", lambda: next(answers, None) or fresh())
    before = SubjectKey.objects.count()
    with pytest.raises(KeysUnusable, match=stale.active.id):
        services.new_subject()
    assert SubjectKey.objects.count() == before


def test_without_its_key_file_a_database_gets_no_new_one(sealed: dict[uuid.UUID, bytes], keys: Path) -> None:
    (keys / "sealing.json").rename(keys / "away")
    subject, blob = next(iter(sealed.items()))
    for attempt in (
        lambda: seals.open_sealed(subject, "test", blob, reason="service"),
        seals.new_subject,
        lambda: seals.blind_index("test", "x"),
        lambda: services.rotate(quiet),
    ):
        with pytest.raises(KeysUnusable, match="Put the keys folder back"):
            attempt()
    assert not (keys / "sealing.json").exists()
    (keys / "away").rename(keys / "sealing.json")
    assert opens(sealed)


def test_with_the_keys_of_another_database_nothing_opens(
    sealed: dict[uuid.UUID, bytes], keys: Path, tmp_path: Path, settings: Any
) -> None:
    settings.KEYS_FOLDER = tmp_path / "others"
    services.key_file().create()
    with pytest.raises(KeysUnusable, match="is not in"):
        opens(sealed)
    total, faults = services.check(quiet)
    assert (total, len(faults)) == (7, 7)
    assert "is not in" in faults[0]


def test_wrapped_keys_that_are_swapped_do_not_open(sealed: dict[uuid.UUID, bytes], laying_out: None) -> None:
    one, other = list(SubjectKey.objects.all())[:2]
    one.wrapped, other.wrapped = other.wrapped, one.wrapped
    SubjectKey.objects.bulk_update([one, other], ["wrapped"])
    with pytest.raises(KeysUnusable, match=str(one.subject)):
        seals.open_sealed(one.subject, "test", sealed[one.subject], reason="service")
    assert len(services.check(quiet)[1]) == 2


def test_a_person_and_the_key_come_and_go_together() -> None:
    with pytest.raises(ZeroDivisionError), writing("test.write"):
        subject = seals.new_subject()
        seals.seal(subject, "test", "x")
        raise ZeroDivisionError
    assert not SubjectKey.objects.exists()


def test_making_and_destroying_a_key_enter_the_audit_trail() -> None:
    subject = seals.new_subject()
    seals.destroy(subject)
    entries = Entry.objects.filter(object=str(subject)).order_by("seq")
    assert [entry.action for entry in entries] == ["sealing.key_made", "sealing.key_destroyed"]
