"""Files about a person are told to that person, and go when the person is erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jcoc.people.privacy import purposes
from jcoc.trail.datafolder import DataFolder
from jcoc.trail.sealing import seals
from jcoc.trail.uploads import purposes as file_purposes
from jcoc.trail.uploads import services
from jcoc.trail.uploads.purposes import Purpose, register

pytestmark = pytest.mark.django_db(transaction=True)


def test_files_are_a_holding_of_their_own(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_FOLDER = DataFolder(tmp_path)
    settings.DATA_FOLDER.create()
    monkeypatch.setattr(file_purposes, "_purposes", {})
    register(Purpose("test.paper", "Test"))
    subject, other = seals.new_subject(), seals.new_subject()
    for whose in (subject, other):
        file = SimpleUploadedFile("surat.csv", b"a,b\n1,2\n", "text/csv")
        services.accept(file, kinds=("table",), subject=whose, purpose="test.paper")
    holding = next(each for each in purposes.holdings() if each.code == "files")
    told = list(holding.describe(subject))
    assert len(told) == 1
    assert "surat" not in str(told)
    assert holding.erase(subject) == 1
    assert list(holding.describe(subject)) == []
    assert len(list(holding.describe(other))) == 1
    assert (
        len([path for path in (tmp_path / "files").rglob("*") if path.is_file() and path.name != ".lock"])
        == 1
    )
