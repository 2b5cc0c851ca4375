"""What the measured checks find, on tables of the house."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from contract.conftest import declared
from jcoc.contract.discovery import Found
from jcoc.contract.programme import PersonalData
from jcoc.contract.testing.measuring import personal_data
from jcoc.indicators.words import Words
from jcoc.people.privacy.purposes import holdings


def _missing(code: str, *columns: str) -> list[str]:
    purpose = holdings()[0].purposes[0]
    data = PersonalData(what=Words("Orang", "People"), purpose=purpose, retention="x", columns=columns)
    programme = replace(declared(), code=code, personal_data=(data,))
    return personal_data(Found(programme, code, Path(), "", ""))


def test_one_declaration_does_not_cover_the_columns_that_it_does_not_name() -> None:
    """Of sealed values, of residents, and of accounts."""
    missing = _missing("identity")
    assert {"Person.nik", "Guardianship.child", "Guardianship.guardian"} <= set(missing)
    assert "Person.id" not in missing
    assert _missing("identity", *missing[1:]) == missing[:1]
    assert _missing("identity", *missing) == []
    assert "RoleGrant.user" in _missing("people")
