"""Files are taken with an account of it, sealed where they are about a person, and gone when they are removed."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils import translation
from PIL import Image

from jcoc.trail.actor import acting
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.recording import writing
from jcoc.trail.datafolder import DataFolder
from jcoc.trail.sealing import seals
from jcoc.trail.uploads import purposes, services
from jcoc.trail.uploads.models import Upload
from jcoc.trail.uploads.purposes import Purpose, register
from jcoc.trail.uploads.services import Refused, accept, content
from trail.uploads.bad_files import HTML, SVG, archive_with_member, jpeg, pdf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.DATA_FOLDER = DataFolder(tmp_path)
    settings.DATA_FOLDER.create()
    monkeypatch.setattr(purposes, "_purposes", {})
    register(Purpose("test.private", "Test"))
    register(Purpose("test.desk", "Test", roles=frozenset({"operator"})))
    register(Purpose("test.public", "Test", public=True))
    register(
        Purpose(
            "test.own", "Test", roles=frozenset({"teacher"}), scope=lambda principal: Q(owner=principal.site)
        )
    )
    return tmp_path


def sent(data: bytes, name: str = "foto.jpg", declared: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, declared)


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file() and path.name != ".lock"]


def somebody(identity: str, *roles: str, **more: Any) -> Any:
    return SimpleNamespace(id=identity, roles=frozenset(roles), **more)


def test_a_photo_is_kept_without_what_it_told(folder: Path) -> None:
    with acting("user-7"):
        upload = accept(sent(jpeg(place=True)), purpose="test.desk")
    kept = content(upload)
    assert (upload.form, upload.width, upload.height, upload.owner) == ("jpeg", 64, 48, "user-7")
    assert upload.size == len(kept)
    assert Image.open(io.BytesIO(kept)).size == (64, 48)
    assert b"RAHASIA" not in kept
    entry = Entry.objects.get(action="uploads.accept")
    assert (entry.actor, entry.object) == ("user-7", str(upload.pk))
    assert "foto" not in "".join(map(str, Entry.objects.values_list()))


@pytest.mark.parametrize(
    ("data", "sent_as", "kinds", "said"),
    [
        (SVG, "foto.svg image/svg+xml", ["photo"], "Berkas ini gambar vektor (SVG)."),
        (HTML, "foto.jpg image/jpeg", ["photo"], "halaman web (HTML)"),
        (jpeg()[:300], "foto.jpg image/jpeg", ["photo"], "Foto tidak dapat dibaca"),
        (archive_with_member("../x"), "a.zip application/zip", ["archive"], "“../x”"),
        (pdf(b"/OpenAction << /S /Launch >>"), "a.pdf application/pdf", ["pdf"], "Launch"),
        (b"a,b\n1\n", "a.csv text/csv", ["table"], "Baris 2"),
    ],
)
def test_a_bad_file_is_refused_by_a_sentence_and_nothing_stays(
    folder: Path, data: bytes, sent_as: str, kinds: list[str], said: str
) -> None:
    with translation.override("id"), pytest.raises(Refused) as refused:
        accept(sent(data, *sent_as.split()), kinds=kinds, purpose="test.desk")
    assert said in str(refused.value)
    assert not stored(folder)
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    class Large(SimpleUploadedFile):
        def read(self, *_: object) -> bytes:
            raise AssertionError("read")

    file = Large("foto.jpg", b"x", "image/jpeg")
    file.size = 11 * 1024 * 1024
    with pytest.raises(Refused, match="11 MB"):
        accept(file, purpose="test.desk")


def test_a_file_about_a_person_is_sealed_and_each_opening_told(folder: Path) -> None:
    subject = seals.new_subject()
    upload = accept(sent(pdf(), "KTP Budi.pdf", "application/pdf"), subject=subject, purpose="test.private")
    assert b"%PDF" not in stored(folder)[0].read_bytes()
    assert content(upload) == pdf()
    opened = Entry.objects.get(action="sealing.opened")
    assert opened.object == str(subject)
    assert "service" in opened.detail
    for path in folder.rglob("*"):
        assert not path.is_file() or b"Budi" not in path.read_bytes()


def test_after_an_erasure_nothing_of_it_can_be_read(folder: Path) -> None:
    subject = seals.new_subject()
    upload = accept(sent(jpeg()), subject=subject, purpose="test.private")
    seals.destroy(subject)
    with pytest.raises(seals.Erased):
        content(upload)
    assert services.remove_of(subject) == 1
    assert not stored(folder)
    upload.refresh_from_db()
    assert upload.removed is not None
    assert services.remove_of(subject) == 0


def test_bytes_that_two_rows_name_go_with_the_second(folder: Path) -> None:
    first, second = (accept(sent(pdf(), "a.pdf", ""), purpose="test.desk") for _ in range(2))
    assert (first.sha256, len(stored(folder))) == (second.sha256, 1)
    services.remove(first)
    assert content(second) == pdf()
    services.remove(second)
    assert not stored(folder)


def test_a_removal_that_is_taken_back_leaves_the_bytes(folder: Path) -> None:
    upload = accept(sent(pdf(), "a.pdf", ""), purpose="test.desk")
    with pytest.raises(RuntimeError, match="later"), writing("test.more"):
        services.remove(upload)
        raise RuntimeError("later")
    upload.refresh_from_db()
    assert (upload.removed, content(upload)) == (None, pdf())


def test_what_could_not_be_entered_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_values: object) -> None:
        raise RuntimeError("no row")

    monkeypatch.setattr(Upload.objects, "create", fails)
    with pytest.raises(RuntimeError, match="no row"):
        accept(sent(jpeg()), purpose="test.desk")
    assert not stored(folder)


def test_who_may_see_a_file() -> None:
    subject = seals.new_subject()
    with acting("user-7"):
        of = {name: accept(sent(jpeg()), purpose=f"test.{name}") for name in ("private", "desk", "public")}
        about = accept(sent(jpeg()), subject=subject, purpose="test.private")

    def seen(principal: Any) -> set[Upload]:
        return set(Upload.objects.visible(principal))

    assert seen(None) == {of["public"]}
    assert seen(somebody("user-7")) == {*of.values(), about}
    assert seen(somebody("user-8", "operator")) == {of["public"], of["desk"]}
    assert seen(somebody("user-8", "administrator")) == {of["public"]}
    assert seen(somebody(f"person-{subject}", "resident")) == {of["public"], about}
    services.remove(of["public"])
    assert not seen(None)


def test_a_role_sees_within_its_scope_only() -> None:
    with acting("school-1"):
        upload = accept(sent(jpeg()), purpose="test.own")
    assert upload in Upload.objects.visible(somebody("user-1", "teacher", site="school-1"))
    assert upload not in Upload.objects.visible(somebody("user-1", "teacher", site="school-2"))


def test_a_purpose_must_be_declared_and_a_public_one_is_about_nobody() -> None:
    with pytest.raises(ValueError, match="no purpose of files"):
        accept(sent(jpeg()), purpose="test.none")
    with pytest.raises(ValueError, match="about a person"):
        accept(sent(jpeg()), purpose="test.public", subject=uuid.uuid4())
    with pytest.raises(ValueError, match="Two purposes"):
        register(Purpose("test.desk", "Another"))


def test_the_check_finds_what_is_damaged_and_what_is_left_over(folder: Path) -> None:
    good, bad, gone = (
        accept(sent(pdf(n), "a.pdf", ""), purpose="test.desk") for n in (b"", b"/A 1", b"/A 2")
    )
    store = services.storage()
    (folder / "files/uploads" / bad.sha256[:2] / bad.sha256).write_bytes(b"x")
    store.delete(gone.sha256)
    orphan = store.put(b"nobody's")
    found = services.check()
    assert found.files == 3
    assert set(found.damaged) == {str(bad.pk), str(gone.pk)}
    assert found.orphans == (orphan,)
    assert orphan in store.digests()
    services.check(remove_orphans=True)
    assert orphan not in store.digests()
    assert content(good) == pdf()
