"""Indonesian is complete in every ring."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from support import ROOT

APPS = sorted(path.parent for path in (ROOT / "src/jcoc").rglob("apps.py"))
CATALOGUES = [path for app in APPS if (path := app / "locale/id/LC_MESSAGES/django.po").exists()]


@pytest.mark.parametrize(
    "path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT / "src/jcoc").parents[3])
)
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


def _has_texts(app: Path) -> bool:
    within = [other for other in APPS if app in other.parents]
    return any(
        "{% translate" in text or "{% blocktranslate" in text or "gettext" in text
        for path in app.rglob("*")
        if path.suffix in (".py", ".html", ".txt")
        and "node_modules" not in path.parts
        and not any(inner in path.parents for inner in within)
        for text in [path.read_text()]
    )


@pytest.mark.parametrize("app", APPS, ids=lambda app: str(app.relative_to(ROOT / "src/jcoc")))
def test_every_app_with_texts_has_a_catalogue(app: Path) -> None:
    assert not _has_texts(app) or (app / "locale/id/LC_MESSAGES/django.po") in CATALOGUES


def test_one_text_has_one_indonesian() -> None:
    """Django merges all catalogues: of two translations of one text it would show one everywhere, by chance."""
    found: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="id"):
                if message.id:
                    words = found.setdefault((message.context, str(message.id)), {})
                    words.setdefault(str(message.string), []).append(
                        str(path.relative_to(ROOT / "src/jcoc").parents[3])
                    )
    assert {text: words for text, words in found.items() if len(words) > 1} == {}
