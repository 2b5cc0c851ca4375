"""The demonstration form: as a plain page, as the outbox sends it, and against somebody else's change."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from jcoc.city.models import Place
from jcoc.demo.field_note import services
from jcoc.demo.field_note.models import FieldNote
from jcoc.people import services as people
from jcoc.trail import compute
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.uploads.models import Upload
from support import PASSWORD

pytestmark = pytest.mark.django_db

ADD = "/demo/field-notes/add/"
KEY = "5d0f8a2e-4b0c-4f5e-8d6b-6f6f1f2a9c01"


@pytest.fixture(scope="module")
def workers() -> Iterator[None]:
    compute.start(1)
    yield
    compute.stop()


@pytest.fixture
def fields() -> dict[str, Any]:
    with unguarded():
        place = Place.objects.create(
            code="15.71.01.1001", name="Uji", level="kelurahan", lon=103.6, lat=-1.6, source="test"
        )
    return {"text": "Papan lapuk", "place": place.pk, "seen": "2026-01-02T07:30", "urgency": "high"}


@pytest.fixture
def client() -> Client:
    account = people.add_account("petugas", PASSWORD, ["kelurahan_officer"])
    made = Client(headers={"Accept-Language": "id"})
    made.force_login(account)
    return made


def outbox(client: Client, path: str, fields: dict[str, Any], key: str = KEY) -> Any:
    return client.post(path, fields, headers={"Accept": "application/json", "Idempotency-Key": key})


def test_a_browser_without_scripts_stores_a_note(client: Client, fields: dict[str, Any]) -> None:
    answer = client.post(ADD, fields, follow=True)
    assert answer.redirect_chain == [("/demo/field-notes/", 302)]
    assert b"Papan lapuk" in answer.content
    note = FieldNote.objects.get()
    assert note.seen.isoformat() == "2026-01-02T00:30:00+00:00"
    assert note.author.startswith("user-")
    assert Entry.objects.filter(action="field_note.add", object=str(note.pk)).count() == 1


def test_a_repeat_of_the_outbox_stores_nothing_more(client: Client, fields: dict[str, Any]) -> None:
    answers = [outbox(client, ADD, fields) for _ in range(3)]
    assert [(a.status_code, a.json()["state"]) for a in answers] == [(200, "stored")] * 3
    assert FieldNote.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"place": "0"}, "place"),
        ({"seen": "2099-01-01T00:00"}, "seen"),
        ({"seen": "yesterday"}, "seen"),
        ({"urgency": "whenever"}, "urgency"),
    ],
)
def test_bad_input_names_its_field_and_leaves_nothing(
    client: Client, fields: dict[str, Any], bad: dict[str, str], field: str
) -> None:
    answer = outbox(client, ADD, fields | bad)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert answer.json()["fields"][field][0].endswith(".")
    page = client.post(ADD, fields | bad)
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    assert FieldNote.objects.count() == 0


def test_a_corrected_note_may_come_under_the_key_that_was_refused(
    client: Client, fields: dict[str, Any]
) -> None:
    assert outbox(client, ADD, fields | {"text": ""}).status_code == 422
    assert outbox(client, ADD, fields).status_code == 200
    assert FieldNote.objects.count() == 1


def picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(made, "PNG")
    return SimpleUploadedFile("a.png", made.getvalue(), "image/png")


def test_a_photo_is_kept_once_with_its_note(client: Client, fields: dict[str, Any], workers: None) -> None:
    for _ in range(2):
        assert outbox(client, ADD, fields | {"photo": picture()}).status_code == 200
    assert Upload.objects.filter(removed=None).count() == 1
    assert FieldNote.objects.get().photo == Upload.objects.get()


def test_what_is_no_photo_is_refused_beside_its_field(
    client: Client, fields: dict[str, Any], workers: None
) -> None:
    fake = SimpleUploadedFile("a.png", b"<svg onload=alert(1)></svg>", "image/png")
    answer = outbox(client, ADD, fields | {"photo": fake})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["photo"]
    assert (FieldNote.objects.count(), Upload.objects.count()) == (0, 0)


def test_a_photo_of_a_note_that_could_not_be_written_goes(
    client: Client, fields: dict[str, Any], workers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_fields: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(services, "add_note", broken)
    with pytest.raises(OSError, match="full"):
        outbox(client, ADD, fields | {"photo": picture()})
    assert Upload.objects.filter(removed=None).count() == 0


def test_a_change_of_a_state_that_is_gone_meets_both_states(client: Client, fields: dict[str, Any]) -> None:
    outbox(client, ADD, fields)
    note = FieldNote.objects.get()
    path = f"/demo/field-notes/{note.pk}/"
    services.change_note(note.pk, 1, text="Sudah diganti", place=note.place, seen=note.seen, urgency="low")
    mine = fields | {"text": "Makin lapuk", "version": "1"}
    answer = outbox(client, path, mine, key=KEY.replace("01", "02"))
    assert answer.status_code == 409
    said = answer.json()
    assert said["version"] == "2"
    assert said["theirs"]["text"]["value"] == "Sudah diganti"
    assert said["theirs"]["urgency"] == {
        "label": "Tingkat mendesak", "value": "low", "text": "sekadar informasi",
    }  # fmt: skip
    assert said["theirs"]["seen"]["value"] == fields["seen"]
    assert FieldNote.objects.get().text == "Sudah diganti"

    page = client.post(path, mine)
    assert page.status_code == 409
    assert "Sudah diganti" in page.content.decode()
    assert 'name="version" value="2"' in page.content.decode()

    assert outbox(client, path, mine | {"version": "2"}, key=KEY.replace("01", "03")).status_code == 200
    assert (FieldNote.objects.get().text, FieldNote.objects.get().version) == ("Makin lapuk", 3)


def test_a_repeat_of_a_change_is_no_conflict_with_itself(client: Client, fields: dict[str, Any]) -> None:
    outbox(client, ADD, fields)
    path = f"/demo/field-notes/{FieldNote.objects.get().pk}/"
    sent = [outbox(client, path, fields | {"version": "1"}, key=KEY.replace("01", "04")) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert FieldNote.objects.get().version == 2


def test_a_change_without_a_version_is_a_conflict(client: Client, fields: dict[str, Any]) -> None:
    outbox(client, ADD, fields)
    path = f"/demo/field-notes/{FieldNote.objects.get().pk}/"
    assert outbox(client, path, fields, key=KEY.replace("01", "05")).status_code == 409


def test_the_list_is_paged_and_counts_no_query_per_note(
    client: Client, fields: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    place = Place.objects.get()
    for number in range(25):
        services.add_note(f"Catatan {number}", place, "2026-01-02T00:00Z", "low")  # type: ignore[arg-type]
    with django_assert_max_num_queries(12):
        page = client.get("/demo/field-notes/")
    assert page.content.decode().count("<tr>") == 21
    assert 'href="?page=2"' in page.content.decode()
