from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jcoc.people.identity import services
from jcoc.trail.audit import words

pytestmark = pytest.mark.django_db


def test_entries_name_persons_by_their_mask(given: dict[str, Any]) -> None:
    person = services.add_person(**given)
    gone = services.add_person(name="Orang Rekaan")
    services.erase_person(gone)
    keys = [("sealing.subject", str(person.pk)), ("identity.person", str(gone.pk)), ("identity.person", "-")]
    assert words.object_names(keys) == {keys[0]: "S••• C•••"}
    assert words.actor_names([person.actor]) == {person.actor: "S••• C•••"}


def test_the_trail_is_read_also_without_the_keys(
    given: dict[str, Any], tmp_path: Path, settings: Any
) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    person = services.add_person(**given)
    (tmp_path / "keys" / "sealing.json").unlink()
    assert words.actor_names([person.actor]) == {}
