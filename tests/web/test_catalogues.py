"""Indonesian is complete in every ring."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from support import ROOT

CATALOGUES = sorted((ROOT / "src/jcoc").glob("*/locale/id/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_every_text_has_its_indonesian(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale="id")
    texts = [message for message in catalogue if message.id]
    assert texts
    missing = [message.id for message in texts if message.fuzzy or not all(_forms(message.string))]
    assert not missing
    assert catalogue.num_plurals == 1


def _forms(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string or ""),)


def test_every_ring_with_texts_has_a_catalogue() -> None:
    marked = {
        path.relative_to(ROOT / "src/jcoc").parts[0]
        for path in (ROOT / "src/jcoc").rglob("*")
        if path.suffix in (".py", ".html")
        and "node_modules" not in path.parts
        and ("{% translate" in (text := path.read_text()) or "gettext" in text)
    }
    assert marked - {path.parts[-5] for path in CATALOGUES} - {"settings.py", "cli.py"} == set()
