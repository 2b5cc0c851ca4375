"""Nothing writes past the audit trail: every table is audited or says why not, every service enters what it does."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import shapely
from django.apps import apps

from city.small_city import DAY, PLACES, collection, squares, write_folder
from jcoc.city import services as city
from jcoc.city.axes import Stretch
from jcoc.city.boundaries import check
from jcoc.city.facts import read_city
from jcoc.city.models import Place, River, Succession
from jcoc.people import services as people
from jcoc.people.models import KioskLink, RoleGrant, User
from jcoc.telemetry import services as telemetry
from jcoc.telemetry.models import DeviceToken
from jcoc.telemetry.services import NewDatastream, NewThing
from jcoc.trail.audit.capture import is_audited
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.reading import verify_chain
from jcoc.trail.audit.rowcheck import check_rows
from support import PASSWORD

TABLES = tomllib.loads((Path(__file__).parent / "tables.toml").read_text())


def test_every_table_is_audited_or_says_why_not() -> None:
    audited, exempt = {}, {}
    for model in apps.get_models():
        label, app = model._meta.label_lower, model._meta.app_config
        if is_audited(model):
            audited[label] = sorted(getattr(model, "audit_exempt_fields", ()))
        elif app is not None and app.name.startswith("jcoc."):
            exempt[label] = getattr(model, "audit_exempt", "")
    assert audited == TABLES["audited"]
    assert exempt == TABLES["exempt"]
    assert all(len(reason) > 10 for reason in exempt.values())


def test_columns_that_are_left_out_exist() -> None:
    for label, names in TABLES["audited"].items():
        assert set(names) <= {field.name for field in apps.get_model(label)._meta.concrete_fields}, label


#: Functions of services.py that only read, or only write what is no table of ours; with why.
NO_ENTRY = {
    "city.touch_maps": "the number that caches key on",
    "people.may_take_back": "reads",
    "people.may_close": "reads",
    "people.clear_expired_sessions": "sessions are Django's",
    "people.open_kiosk_link": "when a screen was last seen, bookkeeping",
    "people.digest": "computes",
    "people.demo_accounts_exist": "reads",
}


def _thing(code: str) -> NewThing:
    return NewThing(code, "Post", [NewDatastream(f"{code}-level", "Level", "Level", lowest=0, topic=code)])


def _user(name: str = "sari") -> User:
    return people.add_account(name, PASSWORD, ["operator"])


def _boundaries() -> None:
    result = check(collection(squares()), PLACES, "kelurahan", DAY)
    city.import_boundaries(result, "kelurahan", DAY, city.BoundaryFile("squares.geojson", "0" * 64))


def _stretches() -> None:
    line = shapely.to_geojson(shapely.LineString([(103.60, -1.62), (103.61, -1.61)]))
    city.import_stretches([Stretch(River.objects.all()[0].code, 0, 1500, line)], "made up", approximate=True)


def _succession() -> Succession:
    successor, predecessor = Place.objects.filter(level="kelurahan")[:2]
    row = Succession(successor=successor, predecessor=predecessor, date=date(2023, 1, 1), source="made up")
    city.save_succession(row)
    return row


def _taken_back() -> None:
    people.take_back(RoleGrant.objects.get(user=_user()), reason="pindah tugas")


def _activated() -> None:
    user = _user()
    people.deactivate(user)
    people.activate(user)


#: Each function of the services with a way to call it, and the action that its entries carry.
CALLS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "city.load_city": ("city.load", lambda folder: None),  # the fixture did
    "city.import_boundaries": ("city.boundaries_import", lambda _: _boundaries()),
    "city.import_stretches": ("city.stretches_import", lambda _: _stretches()),
    "city.save_succession": ("city.succession_save", lambda _: _succession()),
    "city.remove_succession": ("city.succession_remove", lambda _: city.remove_succession(_succession())),
    "city.set_site": (
        "city.site_set",
        lambda _: city.set_site(
            "uji", name="Uji", kind="school", place=Place.objects.all()[0], lon=103.6, lat=-1.6, source="t",
            approximate=True,
        ),
    ),
    "telemetry.register_thing": (
        "telemetry.things_register",
        lambda _: telemetry.register_thing("post", "Post", [NewDatastream("level", "Level", "Level")]),
    ),
    "telemetry.register_things": ("telemetry.things_register", lambda _: telemetry.register_things([_thing("a")])),
    "telemetry.bring_up_to_date": (
        "telemetry.things_change",
        lambda _: (
            telemetry.register_things([_thing("a")]),
            telemetry.bring_up_to_date([NewThing("a", "Other", [NewDatastream("a-level", "Level 2", "Level")])]),
        ),
    ),
    "telemetry.issue_token": (
        "telemetry.token_issue",
        lambda _: (telemetry.register_things([_thing("a")]), telemetry.issue_token("gateway", ["a-level"])),
    ),
    "telemetry.revoke_token": (
        "telemetry.token_revoke",
        lambda _: (telemetry.issue_token("gateway", []), telemetry.revoke_token(DeviceToken.objects.get())),
    ),
    "people.add_account": ("people.account_add", lambda _: _user()),
    "people.give": ("people.role_give", lambda _: people.give(_user(), people.Grant("teacher"))),
    "people.take_back": ("people.role_take_back", lambda _: _taken_back()),
    "people.deactivate": ("people.account_close", lambda _: people.deactivate(_user())),
    "people.make_nameless": ("people.account_erase", lambda _: people.make_nameless(_user())),
    "people.activate": ("people.account_open", lambda _: _activated()),
    "people.set_password": ("people.password_set", lambda _: people.set_password(_user(), f"{PASSWORD}-2")),
    "people.make_kiosk_link": ("people.kiosk_link_make", lambda _: people.make_kiosk_link("lobi")),
    "people.revoke_kiosk_link": (
        "people.kiosk_link_revoke",
        lambda _: (people.make_kiosk_link("lobi"), people.revoke_kiosk_link(KioskLink.objects.get())),
    ),
}  # fmt: skip


def _functions(module: ModuleType) -> set[str]:
    ring = module.__name__.split(".")[1]
    return {
        f"{ring}.{name}"
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and inspect.unwrap(function).__module__ == module.__name__
        and not name.startswith("_")
    }


def test_every_function_of_the_services_is_walked_here_or_says_why_not() -> None:
    standing = _functions(city) | _functions(telemetry) | _functions(people)
    assert standing == CALLS.keys() | NO_ENTRY.keys()
    assert not CALLS.keys() & NO_ENTRY.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CALLS))
def test_each_enters_what_it_does_and_leaves_rows_as_it_says(name: str, tmp_path: Path) -> None:
    city.load_city(read_city(write_folder(tmp_path / "city")))
    action, call = CALLS[name]
    call(tmp_path)
    done = Entry.objects.filter(action=action)
    assert done.exists()
    assert all(entry.before or entry.after for entry in done)
    assert verify_chain().faults == []
    assert check_rows().faults == []
