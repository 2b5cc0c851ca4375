"""What entries are called: every action and kind that the code names has a word, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from jcoc.people import services as people
from jcoc.trail.audit import services, words
from jcoc.trail.audit.rowcheck import audited_models
from support import PASSWORD, ROOT


def literals(place: int, *names: str) -> Iterator[str]:
    """The argument at that place of each call of these functions in the sources, where it is written out."""
    for path in (ROOT / "src/jcoc").rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in names
                and len(node.args) > place
            ):
                argument = node.args[place]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def test_every_action_that_code_names_has_a_word() -> None:
    assert sorted(set(literals(0, "writing", "record")) - set(words.actions())) == []


def test_each_has_its_own_word_in_indonesian_too() -> None:
    with override("en"):
        english = words.actions()
    with override("id"):
        indonesian = words.actions()
    assert english.keys() == indonesian.keys()
    assert [code for code in english if english[code] == indonesian[code]] == []


def test_what_nobody_names_is_shown_by_its_code() -> None:
    assert words.action_word("test.look") == "test.look"
    assert words.kind_word("test.thing") == "test.thing"
    with override("en"):
        assert words.action_word("people.user.changed") == "account: changed"


def test_every_audited_table_has_a_word() -> None:
    labels = {model._meta.label_lower for model in audited_models()}
    assert sorted(labels - set(words.kinds())) == []
    with override("en"):
        english = words.kinds()
    with override("id"):
        assert [code for code, text in words.kinds().items() if text == english[code]] == ["telemetry.sensor"]


def test_kinds_that_have_a_word_are_there() -> None:
    labels = {model._meta.label_lower for model in audited_models()}
    assert set(words.kinds()) - labels - set(literals(1, "record")) - {services.CHAIN} == set()


@pytest.mark.django_db
def test_names_are_those_of_today() -> None:
    user = people.add_account("sari", PASSWORD, ["operator"], full_name="Sari")
    link, _secret = people.make_kiosk_link("lobi", by=user)
    actors = [f"user-{user.pk}", "user-999", f"kiosk-{link.pk}", "system", "nobody", "task-7"]
    with override("en"):
        names = words.actor_names(actors)
    assert names == {
        f"user-{user.pk}": "Sari",
        f"kiosk-{link.pk}": "lobi",
        "system": "the centre itself",
        "nobody": "somebody not logged in",
    }
    objects = [("people.kiosklink", str(link.pk)), ("people.user", "no number"), ("test.thing", "1")]
    assert words.object_names(objects) == {("people.kiosklink", str(link.pk)): "lobi"}
