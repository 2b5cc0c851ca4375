from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jcoc.people.privacy.models import ConsentEvent, ConsentText, Request, RequestKind
from jcoc.people.privacy.purposes import UnknownPurpose
from jcoc.people.privacy.services import consents, requests
from jcoc.trail.audit.models import Entry
from jcoc.trail.channels import kinds
from jcoc.trail.channels import services as channels
from jcoc.trail.channels.kinds import MessageKind
from support import jcoc

from .conftest import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _texts(shelf: Shelf, db: None) -> None:
    consents.store_declared_texts()


def test_declared_texts_are_stored_once_in_both_languages() -> None:
    assert consents.store_declared_texts() == 0
    stored = ConsentText.objects.filter(purpose="test_course")
    assert {(t.version, t.language) for t in stored} == {(1, "id"), (1, "en")}


def test_a_new_centre_has_the_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JCOC_DATABASE_URL", raising=False)  # it looks into the new centre's own file
    for _ in range(2):
        assert jcoc(tmp_path / "d", "setup").returncode == 0
    with closing(sqlite3.connect(tmp_path / "d" / "jcoc.sqlite3")) as database:
        rows = database.execute("SELECT version, language FROM privacy_consenttext WHERE purpose = 'news'")
        assert sorted(rows) == [(1, "en"), (1, "id")]


def test_nobody_has_agreed_before_they_do_and_the_version_is_kept(subject: UUID) -> None:
    assert not consents.may_process(subject, "test_course")
    event = consents.give(subject, "test_course", via="counter")
    assert consents.may_process(subject, "test_course")
    assert event.text is not None
    assert event.text.version == 1
    assert Entry.objects.filter(action="privacy.consent_give").exists()


def test_withdrawn_counts_at_once_and_processing_is_told_to_stop(subject: UUID, shelf: Shelf) -> None:
    consents.give(subject, "test_course", via="counter")
    request = consents.withdraw(subject, "test_course", via="own_page")
    assert not consents.may_process(subject, "test_course")
    assert request is not None
    assert request.kind == RequestKind.WITHDRAW
    assert shelf.stopped == []
    assert requests.fulfil(request) == {"stopped": ["test_shelf"]}
    assert shelf.stopped == [(subject, "test_course")]
    assert request.clock.state(timezone.now()) == "met"


def test_withdrawing_what_was_never_given_asks_for_nothing(subject: UUID) -> None:
    assert consents.withdraw(subject, "test_course", via="own_page") is None
    assert not Request.objects.exists()


def test_a_consent_for_an_unknown_purpose_is_refused_and_leaves_nothing(subject: UUID) -> None:
    for act in (consents.give, consents.withdraw):
        with pytest.raises(UnknownPurpose, match="There is no purpose 'spying'"):
            act(subject, "spying", via="counter")
    with pytest.raises(UnknownPurpose):
        consents.may_process(subject, "spying")
    assert not ConsentEvent.objects.exists()


def test_what_does_not_rest_on_consent_asks_for_none(subject: UUID) -> None:
    with pytest.raises(ValidationError, match="does not rest on consent"):
        consents.give(subject, "test_register", via="counter")
    assert consents.may_process(subject, "test_register")


def test_a_new_wording_keeps_consent_and_a_new_use_asks_again(subject: UUID) -> None:
    consents.give(subject, "test_course", via="counter")
    assert consents.add_text("test_course", {"id": "Lebih jelas.", "en": "Clearer."}) == 2
    assert consents.may_process(subject, "test_course")
    consents.add_text("test_course", {"id": "Juga iklan.", "en": "Also advertising."}, asks_again=True)
    assert not consents.may_process(subject, "test_course")
    consents.give(subject, "test_course", via="counter")
    assert consents.may_process(subject, "test_course")


def test_a_text_in_one_language_only_is_refused() -> None:
    with pytest.raises(ValidationError, match="en"):
        consents.add_text("test_course", {"id": "Hanya ini.", "en": " "})
    assert not ConsentText.objects.filter(version=2).exists()


def test_a_text_of_another_purpose_is_not_agreed_to(subject: UUID, laying_out: None) -> None:
    other = ConsentText.objects.create(
        purpose="test_survey", version=1, language="id", text="Lain", valid_from=timezone.now()
    )
    with pytest.raises(ValidationError, match="another purpose"):
        consents.give(subject, "test_course", via="counter", text=other)


def test_nobody_is_written_to_who_has_not_agreed(subject: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = MessageKind(
        "test.course",
        purpose="test_course",
        template="channels/messages/test",
        title="Course",
        purpose_title="Courses",
        example={"at": "-"},
    )
    monkeypatch.setitem(kinds._kinds, kind.code, kind)

    def tell() -> tuple[str, str]:
        message = channels.send(
            "test.course",
            subject=subject,
            address="+6281234567890",
            channel="letter",
            language="id",
            context={"at": "-"},
        )
        return message.state, message.attempts.get().code

    assert tell() == ("suppressed", "no-basis")
    consents.give(subject, "test_course", via="counter")
    assert tell()[0] == "queued"
    consents.withdraw(subject, "test_course", via="own_page")
    assert tell() == ("suppressed", "no-basis")
