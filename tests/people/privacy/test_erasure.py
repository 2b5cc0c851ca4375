"""A person is erased from a running centre: nothing is found in the data folder, and the account of it stands."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from support import PASSWORD, Centre, set_up

NAME, NIK, PHONE = "Rahmawati Penguji", "1571024107900001", "+6281277700042"
ACCOUNT, FILE = "kenanga90", "surat-pindah-uji"
TAKEN_BACK, NO_FACTOR = "Dicabut sebab Rahmawati pindah", "Ponsel Rahmawati hilang"
ADDRESS, WORDS, NOTE = "Lorong Kenanga RT 90", "Tolong hapus Rahmawati", "Rahmawati datang sendiri"

LAY_OUT = f"""
from django.core.files.uploadedfile import SimpleUploadedFile
from jcoc.people import services as people
from jcoc.people.authentication.services import second_factor
from jcoc.people.services import add_account
from jcoc.trail.channels import services as channels
from jcoc.trail.uploads import services as uploads
from jcoc.people.identity.services import add_person
from jcoc.people.privacy.services import consents, requests
from jcoc.trail.actor import acting
from jcoc.trail.sealing.seals import Reason
with acting("user-1"):
    person = add_person(name={NAME!r}, nik={NIK!r}, phone={PHONE!r}, address={ADDRESS!r},
        account=add_account({ACCOUNT!r}, {PASSWORD!r}, ["resident"], full_name={NAME!r}))
    people.take_back(people.give(person.account, people.Grant("operator")), reason={TAKEN_BACK!r})
    second_factor.remove(person.account, note={NO_FACTOR!r})
    channels.send("channels.test", subject=person.pk, address={PHONE!r}, channel="gateway", language="id",
        context={{"at": "24 Nov 2026"}})
    uploads.accept(SimpleUploadedFile("x.csv", b"nama,alamat\\n{FILE},{FILE}\\n"), kinds=("table",),
        subject=person.pk, purpose="field_note.photo")
    stays = add_person(name="Tetangga Penguji", phone="+6281277700043")
    consents.store_declared_texts()
    consents.give(person.pk, "news", via="counter")
    assert person.address.open(reason=Reason.SERVICE, note={NOTE!r}) == {ADDRESS!r}
    request = requests.receive(person.pk, "erase", via="counter", words={WORDS!r})
print("SUBJECT", person.pk, request.pk, stays.pk)
"""

ERASE = """
from jcoc.people.identity.models import Person
from jcoc.people.privacy.models import Request
from jcoc.people.privacy.services import requests
requests.fulfil(Request.objects.get(pk="{request}"))
person = Person.objects.get(pk="{subject}")
assert not person.name and person.nik_index is None
assert str(Person.objects.get(pk="{stays}").name)
"""


def _found_in(folder: Path, texts: list[str]) -> list[str]:
    """Which of the texts stand in any file of the folder, in the encodings that files have here."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [
                f"{text} in {path.name}"
                for text in texts
                if any(text.encode(encoding) in content for encoding in ("utf-8", "utf-16-le"))
            ]
    return found


@pytest.fixture
def centre(folder: Path) -> Centre:
    return Centre(set_up(folder / "d"))


def _shell(centre: Centre, script: str) -> str:
    done = centre.jcoc("manage", "shell", "-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_of_an_erased_person_is_found_and_the_chain_holds(centre: Centre) -> None:
    plain = [ACCOUNT, NAME, "Rahmawati", FILE, NIK, PHONE, PHONE[1:], ADDRESS, WORDS]
    with centre.started():
        subject, request, stays = _shell(centre, LAY_OUT).split("SUBJECT ")[1].split()
        # Sealed from the first moment on. An account's name and an officer's note are not, and go with the person.
        assert _found_in(centre.data, [FILE, NIK, PHONE, ADDRESS, WORDS]) == []
        for text in (NOTE, TAKEN_BACK, NO_FACTOR, NAME, ACCOUNT):
            assert _found_in(centre.data, [text]) != []
        wrapped = _wrapped_key(centre.data, subject)
        _shell(centre, ERASE.format(request=request, subject=subject, stays=stays))
        assert _found_in(centre.data, [*plain, NOTE]) == []
        verified = centre.jcoc("audit", "verify", "--rows")
        assert verified.returncode == 0, verified.stdout + verified.stderr
    assert _found_in(centre.data, [*plain, NOTE]) == []
    for path in centre.data.rglob("*"):
        assert not path.is_file() or wrapped not in path.read_bytes(), (
            f"The wrapped key still stands in {path.name}"
        )


def _wrapped_key(data: Path, subject: str) -> bytes:
    with sqlite3.connect(data / "jcoc.sqlite3") as database:
        row = database.execute(
            "SELECT wrapped FROM sealing_subjectkey WHERE subject = ?", [subject.replace("-", "")]
        ).fetchone()
    return bytes(row[0])
