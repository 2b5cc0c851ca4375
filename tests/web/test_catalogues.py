"""Indonesian is complete in every ring."""

import ast
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


CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def _calls(tree: ast.AST) -> list[ast.Call]:
    named = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return [node for node in named if isinstance(node.func, ast.Name) and node.func.id in CALLS]


def test_no_text_stands_inside_an_f_string() -> None:
    """What collects the texts reads no call inside an f-string: such a text would never reach a catalogue."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "src/jcoc").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        for call in _calls(node)
    ]
    assert found == []


def test_every_text_of_the_source_stands_in_a_catalogue() -> None:
    known = set()
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="id"):
                known |= set(message.id) if isinstance(message.id, tuple) else {message.id}
    assert [
        (str(path.relative_to(ROOT)), call.lineno, first.value)
        for path in sorted((ROOT / "src/jcoc").rglob("*.py"))
        for call in _calls(ast.parse(path.read_text()))
        for first in call.args[:1]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value not in known
    ] == []
