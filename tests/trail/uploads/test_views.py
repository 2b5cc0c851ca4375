"""Files leave this server so that a browser can only show or keep them."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jcoc.people.services import add_account
from jcoc.trail.actor import acting
from jcoc.trail.audit.models import Entry
from jcoc.trail.datafolder import DataFolder
from jcoc.trail.sealing import seals
from jcoc.trail.uploads import purposes, services
from jcoc.trail.uploads.models import Upload
from jcoc.trail.uploads.purposes import Purpose, register
from support import PASSWORD
from trail.uploads.bad_files import jpeg, pdf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_FOLDER = DataFolder(tmp_path)
    settings.DATA_FOLDER.create()
    monkeypatch.setattr(purposes, "_purposes", {})
    register(Purpose("test.desk", "Test", roles=frozenset({"operator"})))
    register(Purpose("test.public", "Test", public=True))
    return tmp_path


def kept(data: bytes, purpose: str, subject: uuid.UUID | None = None) -> Upload:
    with acting("user-0"):
        return services.accept(SimpleUploadedFile("x", data, ""), purpose=purpose, subject=subject)


@pytest.fixture
def operator() -> Client:
    user = add_account("operator", PASSWORD, ["operator"])
    client = Client()
    client.force_login(user)
    return client


def test_a_photo_is_shown_and_can_do_nothing() -> None:
    upload = kept(jpeg(), "test.public")
    answer = Client().get(f"/files/{upload.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.content == services.content(upload)
    assert answer["Content-Disposition"] == f'inline; filename="{upload.pk}.jpg"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, max-age=3600, immutable"


def test_what_was_not_drawn_here_is_only_kept() -> None:
    answer = Client().get(f"/files/{kept(pdf(), 'test.public').pk}/")
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Type"] == "application/pdf"


def test_who_may_not_see_it_learns_not_that_it_is_there(operator: Client) -> None:
    upload = kept(jpeg(), "test.desk")
    assert operator.get(f"/files/{upload.pk}/").status_code == 200
    refused, absent = (Client().get(f"/files/{pk}/") for pk in (upload.pk, uuid.uuid4()))
    assert (refused.status_code, absent.status_code) == (404, 404)
    assert refused.content == absent.content
    services.remove(upload)
    assert operator.get(f"/files/{upload.pk}/").status_code == 404


def test_what_is_about_a_person_is_kept_by_no_cache(operator: Client) -> None:
    subject = seals.new_subject()
    upload = kept(jpeg(), "test.desk", subject)
    answer = operator.get(f"/files/{upload.pk}/")
    assert answer.content == services.content(upload)
    assert answer["Cache-Control"] == "no-store"
    seals.destroy(subject)
    assert operator.get(f"/files/{upload.pk}/").status_code == 404


def test_a_damaged_file_is_not_given(folder: Path) -> None:
    upload = kept(jpeg(), "test.public")
    (folder / "files/uploads" / upload.sha256[:2] / upload.sha256).write_bytes(b"<script>")
    assert Client().get(f"/files/{upload.pk}/").status_code == 404


def test_only_reading_is_answered() -> None:
    assert Client().post(f"/files/{kept(jpeg(), 'test.public').pk}/").status_code == 405


def test_with_a_host_of_their_own_files_are_given_there_for_a_minute(
    operator: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILES_URL, settings.ALLOWED_HOSTS = "https://files.example", ["testserver", "files.example"]
    upload = kept(jpeg(), "test.desk")
    sent = operator.get(f"/files/{upload.pk}/")
    assert (sent.status_code, sent["Cache-Control"]) == (302, "no-store")
    assert sent["Location"].startswith(f"https://files.example/files/{upload.pk}/")
    path = sent["Location"].removeprefix("https://files.example")
    stranger = Client(headers={"Host": "files.example"})
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert answer["Cross-Origin-Resource-Policy"] == "same-site"
    other = kept(jpeg(), "test.desk")
    assert stranger.get(path.replace(str(upload.pk), str(other.pk))).status_code == 404
    monkeypatch.setattr("jcoc.trail.uploads.views.ELSEWHERE_S", -1)
    assert stranger.get(path).status_code == 404


def test_a_sealed_file_that_is_read_there_is_entered_as_read_by_who_was_sent(
    operator: Client, settings: Any
) -> None:
    settings.FILES_URL, settings.ALLOWED_HOSTS = "https://files.example", ["testserver", "files.example"]
    upload = kept(jpeg(), "test.desk", seals.new_subject())
    path = operator.get(f"/files/{upload.pk}/")["Location"].removeprefix("https://files.example")
    stranger = Client(headers={"Host": "files.example"})
    assert stranger.get(path).status_code == 200
    user = get_user_model().objects.get(username="operator")
    assert f"user-{user.pk}" in path
    opened = Entry.objects.filter(action="sealing.opened")
    assert [entry.actor for entry in opened] == [f"user-{user.pk}"]
    assert stranger.get(path.replace(f"user-{user.pk}", "user-999")).status_code == 404
    assert opened.count() == 1


def test_the_host_of_the_files_has_no_pages(settings: Any) -> None:
    settings.FILES_URL, settings.ALLOWED_HOSTS = "https://files.example", ["testserver", "files.example"]
    assert Client(headers={"Host": "files.example"}).get("/login/").status_code == 404
    assert Client().get("/login/").status_code == 200
