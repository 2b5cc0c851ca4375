"""The test of a programme's grade, for the house's own tests and for those of a package of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jcoc.contract import grade, registry
from jcoc.contract.discovery import Found
from jcoc.contract.testing import browsing, measuring
from jcoc.contract.testing.cities import SECOND, centre_of, first
from jcoc.contract.testing.measuring import Clients
from jcoc.contract.testing.recomputing import recomputes


def grade_test(code: str) -> Callable[..., None]:
    """A test that fails where what is measured is not what grade.json says.

    Where there is no grade.json it is written, as it is with JCOC_WRITE_GRADES=1; in continuous integration (CI=true)
    that is a failure, since nobody would keep the file.
    """

    def test_the_grade(live_server: Any) -> None:
        faults = [str(fault) for fault in registry.faults() if fault.programme == code]
        assert not faults, "\n".join(faults)
        found = next((each for each in registry.running() if each.code == code), None)
        assert found, f"{code} is not installed here."
        wrong = useless(found.folder)
        write = os.environ.get("JCOC_WRITE_GRADES") == "1" or (
            grade.read(found.folder) is None and os.environ.get("CI") != "true"
        )
        assert write or not wrong, wrong
        measured = measure(found, live_server.url)
        if write:
            grade.write(found.folder, measured)
        kept = grade.read(found.folder)
        assert kept
        assert kept.measured == {check: tuple(missing) for check, missing in measured.items()}

    test: Callable[..., None] = pytest.mark.django_db(transaction=True)(test_the_grade)
    return test


def useless(folder: Path) -> str:
    """Why the kept grade counts for nothing, before anything is measured; empty where it counts."""
    kept = grade.read(folder)
    if kept is None:
        return "There is no grade.json: run this test on a machine of your own and commit the file."
    if kept.sources != grade.sources(folder):
        return "The sources are no longer those that were measured: run this test with JCOC_WRITE_GRADES=1."
    return ""


def measure(found: Found, server: str) -> dict[str, list[str]]:
    """What each measured check misses; a check that this machine cannot run fails by name."""
    measured: dict[str, list[str]] = {"personal_data": measuring.personal_data(found)}
    counts = []
    for scale in (measuring.FEW, measuring.MANY):
        with centre_of(first()):
            measuring.fill(found, scale)
            counts.append(measuring.queries(found, Clients()))
    measured["sql_constant"] = measuring.grown(*counts)
    with centre_of(SECOND):
        measuring.fill(found)
        clients = Clients()
        measured["second_city"] = [
            *measuring.pages_answer(found, clients),
            *measuring.names_city(found, clients, first().name),
            *recomputes(found),
        ]
    with centre_of(first(), keep=True):
        measuring.fill(found)
        clients = Clients()
        measured["pages_answer"] = measuring.pages_answer(found, clients)
        measured["recomputes"] = recomputes(found)
        measured["bad_input_refused"] = measuring.bad_input_refused(found, clients)
        measured["bench"] = measuring.bench(found)
        visits = list(measuring.visits(found))
        looked = browsing.look(visits, clients, server)
        measured["pages_accessible"], measured["browser_roles"] = looked.inaccessible, looked.failing
    return measured
