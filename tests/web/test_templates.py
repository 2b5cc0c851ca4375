"""Rules that hold for every template of every ring."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from support import ROOT

TEMPLATES = sorted((ROOT / "src/jcoc").glob("**/templates/**/*.html"))


def test_the_templates_of_the_rooms_inside_the_rings_are_among_them() -> None:
    names = {str(path).split("/templates/", 1)[1] for path in TEMPLATES}
    assert {"web/base.html", "identity/residents.html", "channels/channels.html"} <= names


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_template_compiles_and_keeps_to_the_policy(path: Path) -> None:
    get_template(str(path).split("/templates/", 1)[1])
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=", source), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "inline handler"
    assert "<style" not in source
    # The section that holds a table names it already: a landmark of the same name says nothing.
    assert not re.search(r'class="table-wrap"[^>]*role="region"', source), "a table as landmark"
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script, "inline script"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_text_escapes_translation(path: Path) -> None:
    # Blocks that hold a class or a theme, not a text.
    source = re.sub(r"{% block (body_class|theme) %}.*?{% endblock %}", "", path.read_text(), flags=re.S)
    source = re.sub(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", "", source, flags=re.S)
    source = re.sub(r"<(svg|code|script)\b.*?</\1>", "", source, flags=re.S)
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", "", source, flags=re.S)
    text = re.sub(r"<[^>]*>", " ", source)
    kept = set(re.findall(r"[A-Za-z]{3,}", text)) - NAMES
    assert not kept


#: What is the same in every language, and the component page's figures.
NAMES = {
    "JCOC", "WIB", "CSV", "JSON", "HTTP", "Awas", "Siaga", "Waspada", "Biasa", "Kota", "Jambi", "Living",
    "NIK", "TLS", "SHA", "ISPU", "MENLHK", "SETJEN", "KUM", "Sungai", "Asam", "dtk", "sungai", "asam",
    "nbsp", "doctype", "html",
}  # fmt: skip
