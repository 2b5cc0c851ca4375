"""``jcoc people …`` on a folder without a server: each command in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import PASSWORD, jcoc, set_up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = set_up(tmp_path_factory.mktemp("people"))
    done = jcoc(folder, "people", "add", "kepala", "--role", "administrator", "--password", PASSWORD)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_role_is_given_for_a_time_listed_and_taken_back(data: Path) -> None:
    added = jcoc(
        data, "people", "add", "pupr", "--role", "agency_officer", "--programme", "pakar_kasih",
        "--until", "2999-12-31", "--password", PASSWORD,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    given = jcoc(data, "people", "grant", "pupr", "operator", "--reason", "piket")
    assert given.returncode == 0, given.stderr
    listed = json.loads(jcoc(data, "people", "list", "--json").stdout)
    assert {account["username"] for account in listed} == {"kepala", "pupr"}
    held = next(account["roles"] for account in listed if account["username"] == "pupr")
    assert [(each["role"], each["until"]) for each in held] == [
        ("agency_officer", "2999-12-31"),
        ("operator", None),
    ]
    assert held[0]["where"] == "pakar_kasih"
    nowhere = jcoc(data, "people", "revoke", "pupr", "agency_officer")
    assert nowhere.returncode == 1
    assert "does not hold" in nowhere.stderr
    taken = jcoc(data, "people", "revoke", "pupr", "operator", "--reason", "selesai")
    assert taken.returncode == 0, taken.stderr
    table = jcoc(data, "people", "list", "--role", "operator").stdout
    assert "pupr" not in table


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("grant", "kepala", "wizard"), 2, "There is no role 'wizard'"),
        (("grant", "tiada", "operator"), 1, "There is no account 'tiada'"),
        (("grant", "kepala", "kelurahan_officer", "--place", "99.99"), 1, "There is no place"),
        (("grant", "kepala", "teacher", "--site", "tiada"), 1, "There is no site"),
        (("grant", "kepala", "operator", "--until", "31-12-2027"), 2, "--until"),
        (("grant", "kepala", "operator", "--until", "2020-01-01"), 1, "masa depan"),
        (("revoke", "kepala", "administrator"), 1, "administrator terakhir"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    data: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = jcoc(data, "people", *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
