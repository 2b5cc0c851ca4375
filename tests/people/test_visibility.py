"""Every table of jcoc says who sees its rows, or stands in a checked-in list of internals with a reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from jcoc.people.access import Principal
from jcoc.people.granting import Held
from jcoc.trail.access import ROLES

INTERNAL: dict[str, str] = tomllib.loads((Path(__file__).parent / "internal_tables.toml").read_text())[
    "tables"
]
MODELS = {
    model._meta.label: model
    for model in apps.get_models()
    if model._meta.app_config.name.startswith("jcoc.")  # type: ignore[union-attr]
}


def says_who_sees_it(model: type[models.Model]) -> bool:
    return callable(getattr(model._default_manager, "visible", None))


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_table_says_who_sees_its_rows_or_why_nobody_asks(label: str) -> None:
    assert says_who_sees_it(MODELS[label]) or INTERNAL.get(label)


def test_the_list_of_internals_names_only_tables_there_are() -> None:
    assert set(INTERNAL) <= set(MODELS)


SAYING = sorted(label for label, model in MODELS.items() if says_who_sees_it(model))


@pytest.mark.django_db
@pytest.mark.parametrize("label", SAYING)
def test_every_principal_can_be_asked_for(label: str) -> None:
    """A screen, a role that is narrowed by anything, one of the whole city, nobody: a condition, never an error."""
    held = [
        Held(role, *where) for role in ROLES for where in ((), (1,), (None, 1), (None, None, "pakar_kasih"))
    ]
    principals = [None, *(Principal("user-1", "x", (each,)) for each in held)]
    principals += [Principal("kiosk-1", "x", (Held("kiosk"),))]
    for principal in principals:
        assert list(MODELS[label]._default_manager.visible(principal)) is not None  # type: ignore[attr-defined]


def test_rows_of_the_public_part_of_the_city_alone_are_open_to_nobody_in_particular() -> None:
    from jcoc.trail.visibility import SeenByAll

    open_to_all = {
        label for label in SAYING if isinstance(MODELS[label]._default_manager.get_queryset(), SeenByAll)
    }
    assert {label.partition(".")[0] for label in open_to_all} <= {"city"}
