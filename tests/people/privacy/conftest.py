"""Purposes and holdings of a programme that only the tests know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from jcoc.people.privacy import purposes
from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.purposes import Basis, Holding, Purpose, declare
from jcoc.trail.sealing import seals


@dataclass
class Shelf:
    """What the made-up programme keeps of people, and what it was told."""

    kept: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    stopped: list[tuple[UUID, str]] = field(default_factory=list)

    def erase(self, subject: UUID) -> int:
        return len(self.kept.pop(subject, []))

    def stop(self, subject: UUID, purpose: str) -> None:
        self.stopped.append((subject, purpose))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    for registry in ("_purposes", "_holdings", "_retentions"):
        monkeypatch.setattr(purposes, registry, dict(getattr(purposes, registry)))
    shelf = Shelf()
    declare(
        Purpose(
            "test_course",
            "Courses",
            Basis.CONSENT,
            (DataKind.NAME, DataKind.CONTACT),
            "two years",
            {"id": "Kami memakai nomor Anda untuk kursus.", "en": "We use your number for courses."},
        ),
        Purpose(
            "test_register", "Register", Basis.LEGAL_DUTY, (DataKind.NAME,), "always", even_restricted=True
        ),
        Purpose("test_survey", "Survey", Basis.PUBLIC_TASK, (DataKind.NAME,), "a year"),
        Holding(
            "test_shelf",
            "Shelf",
            ("test_course",),
            lambda subject: shelf.kept.get(subject, []),
            shelf.erase,
            shelf.stop,
        ),
    )
    yield shelf


@pytest.fixture
def subject(db: None) -> UUID:
    return seals.new_subject()
