"""In a real data folder: nothing of what is sealed is found by looking through its bytes, and the commands of keys."""

from __future__ import annotations

import shutil
import subprocess
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

from support import COMMAND, Centre, environment, jcoc, log_in, set_up

pytestmark = pytest.mark.slow

SEAL = """
from jcoc.people.identity.services import add_person
person = add_person(name="Zulkarnain Rekaan", nik="1571010101900077", phone="081299887766",
                    address="Lorong Rekaan 9", bank_account="998877665544")
print("PERSON", person.pk)
"""
OPEN = """
from jcoc.people.identity.models import Person
print("OPENED", Person.objects.get(pk={0!r}).name.open(reason="service", note="uji"))
"""
FIND = """
from jcoc.people.identity.services import find_by_nik
print("FOUND", find_by_nik("1571010101900077"))
"""
ERASE = """
from jcoc.people.identity.models import Person
from jcoc.people.identity.services import erase_person
person = Person.objects.get(pk={0!r})
from jcoc.trail.sealing.models import SubjectKey
print("WRAPPED", bytes(SubjectKey.objects.get(subject=person.pk).wrapped).hex())
print("SEALED", bytes(person.nik.blob).hex())
erase_person(person)
"""
SECRETS = (
    b"Zulkarnain",
    b"1571010101900077",
    b"81299887766",
    b"Lorong Rekaan",
    b"998877665544",
    b"1990-01-01",
)


def run(data: Path, script: str) -> str:
    done = jcoc(data, "manage", "shell", "-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout


def word(output: str, label: str) -> str:
    return next(line.split(" ", 1)[1].strip() for line in output.splitlines() if line.startswith(label))


def occurs(folder: Path, *needles: bytes) -> list[str]:
    """Which needles lie in which files of a folder, its database's log included."""
    return [
        f"{needle!r} in {path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and not path.is_socket()
        for content in [path.read_bytes()]
        for needle in needles
        if needle in content
    ]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return set_up(tmp_path / "d")


def test_nothing_of_a_person_lies_open_and_nothing_opens_after_the_end(data: Path) -> None:
    person = word(run(data, SEAL), "PERSON")
    uuid.UUID(person)
    assert word(run(data, OPEN.format(person)), "OPENED") == "Zulkarnain Rekaan"
    assert occurs(data, *SECRETS) == []
    told = run(data, ERASE.format(person))
    wrapped, sealed = bytes.fromhex(word(told, "WRAPPED")), bytes.fromhex(word(told, "SEALED"))
    assert occurs(data, wrapped, sealed, *SECRETS) == []
    done = jcoc(data, "manage", "shell", "-c", OPEN.format(person))
    assert "Zulkarnain" not in done.stdout + done.stderr
    assert word(run(data, FIND), "FOUND") == "None"


def test_a_copy_without_the_keys_opens_nothing_and_the_pages_say_so(data: Path, tmp_path: Path) -> None:
    person = word(run(data, SEAL), "PERSON")
    copy = tmp_path / "copy"
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("keys", "*.sock"))
    done = jcoc(copy, "manage", "shell", "-c", OPEN.format(person))
    assert done.returncode != 0
    assert "Put the keys folder back" in done.stderr
    assert not (copy / "keys" / "sealing.json").exists()
    done = jcoc(copy, "keys", "check")
    assert (done.returncode, "Put the keys folder back" in done.stderr) == (1, True)


def test_keys_lie_where_jcoc_keys_says(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCOC_KEYS", str(tmp_path / "apart"))
    person = word(run(data, SEAL), "PERSON")
    assert (tmp_path / "apart" / "sealing.json").exists()
    assert not (data / "keys").exists()
    monkeypatch.delenv("JCOC_KEYS")
    assert "Put the keys folder back" in jcoc(data, "manage", "shell", "-c", OPEN.format(person)).stderr


def test_commands_rotate_check_and_retire_beside_a_running_server(folder: Path) -> None:
    with Centre(set_up(folder / "d")).started() as centre:
        person = word(run(centre.data, SEAL), "PERSON")
        [first] = [line.split()[0] for line in centre.jcoc("keys", "list").stdout.splitlines()[:-1]]
        done = centre.jcoc("keys", "rotate")
        assert (done.returncode, done.stdout.split()[0]) == (0, "1"), done.stderr
        listed = centre.jcoc("keys", "list").stdout.splitlines()
        assert [line.split()[3:] for line in listed[:-1]] == [
            ["old", "0", "persons"],
            ["active", "1", "persons"],
        ]
        done = centre.jcoc("keys", "retire", "nothing")
        assert (done.returncode, "There is no master key nothing" in done.stderr) == (1, True)
        assert centre.jcoc("keys", "retire", first).returncode == 0
        assert centre.jcoc("keys", "check").stdout == "1 keys of persons open.\n"
        assert centre.jcoc("keys", "rotate", "--index").stdout.startswith("2 blind indexes")
        assert word(run(centre.data, OPEN.format(person)), "OPENED") == "Zulkarnain Rekaan"
        assert word(run(centre.data, FIND), "FOUND") == f"person-{person}"


MANY = """
from jcoc.trail.sealing import seals, services
services.BATCH = 50
subjects = seals.new_subjects(3000)
print("READY", seals.seal(subjects[0], "test", "tetap").hex(), subjects[0], flush=True)
services.rotate(lambda fraction, text: print("AT", text, flush=True))
"""
AGAIN = """
import uuid
from jcoc.trail.sealing import seals, services
print("REST", services.unfinished())
print("ROWS", services.rotate(lambda fraction, text: None)[1])
print("OPENED", seals.open_sealed(uuid.UUID({1!r}), "test", bytes.fromhex({0!r}), reason="service"))
print("KEYS", len(services.keyring().master))
"""


def test_a_rotation_that_is_killed_is_brought_to_its_end(data: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "manage", "shell", "-c", MANY], env=environment(data), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready, seen = "", 0
    for line in process.stdout:
        ready = line if line.startswith("READY") else ready
        seen += line.startswith("AT")
        if seen == 5:
            process.kill()
            break
    process.stdout.close()
    process.wait(20)
    told = run(data, AGAIN.format(*ready.split()[1:]))
    rest = int(word(told, "REST"))
    assert 0 < rest < 3000
    assert int(word(told, "ROWS")) == rest
    assert (word(told, "OPENED"), word(told, "KEYS")) == ("tetap", "2")


def test_the_page_says_that_keys_are_missing(folder: Path) -> None:
    """The data folder stands, its keys do not: a sentence with status 503, and no trace of an error."""
    data = set_up(folder / "d")
    run(data, SEAL)
    centre = Centre(data)
    (data / "keys").rename(data / "away")
    with centre.started():
        centre.add_account("petugas", "data_officer")
        request = urllib.request.Request(
            f"{centre.url}/residents/",
            headers={"Cookie": log_in(centre.url, "petugas"), "Accept-Language": "en"},
        )
        with pytest.raises(urllib.error.HTTPError, match="503") as refused:
            urllib.request.urlopen(request, timeout=20)
        with refused.value:
            assert "Personal data cannot be opened now" in refused.value.read().decode()
