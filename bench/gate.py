"""What a page's permission check costs: the same page with the gate, and without it, one after the other in one run.

Among 10,000 grants, an account that holds three, each narrowed to a place. Without the gate the page still looks up
session and account; a third page looks nothing up, which shows what knowing who asks costs altogether. Besides: the
first 25 of 10,000 grants that a kecamatan's officer may see, beside the first 25 of all.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROUNDS = 2000
GRANTS = 10_000


def set_up(folder: str) -> None:
    os.environ |= {"JCOC_DATA": folder, "DJANGO_SETTINGS_MODULE": "jcoc.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def lay_out() -> Any:
    """11 kecamatan with 6 kelurahan each, 10,000 residents' grants spread over them, and an officer."""
    from jcoc.city.models import Place
    from jcoc.people.models import RoleGrant, User
    from jcoc.trail.audit.guard import unguarded

    def place(code: str, level: str, parent: Place | None) -> Place:
        return Place.objects.create(
            code=code, name=code, level=level, parent=parent, lon=103.6, lat=-1.6, source="bench"
        )

    with unguarded():
        city = place("15.71", "kota", None)
        kecamatan = [place(f"15.71.{n:02}", "kecamatan", city) for n in range(11)]
        kelurahan = [place(f"{up.code}.{n}", "kelurahan", up) for up in kecamatan for n in range(6)]
        users = User.objects.bulk_create(User(username=f"warga-{n}") for n in range(GRANTS))
        RoleGrant.objects.bulk_create(
            RoleGrant(user=user, role="resident", place=kelurahan[n % len(kelurahan)])
            for n, user in enumerate(users)
        )
        officer = User.objects.create(username="petugas")
        for place_ in kecamatan[:3]:
            RoleGrant.objects.create(user=officer, role="kelurahan_officer", place=place_)
    return officer


def pages(officer: Any) -> dict[str, Callable[[], None]]:
    """The page through the gate, with session and account alone, and with neither."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.handlers.base import BaseHandler
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory
    from django.urls import path

    from jcoc.trail.access import KELURAHAN_OFFICER, allow

    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = next(
        name for name in settings.AUTHENTICATION_BACKENDS if hasattr(load_backend(name), "get_user")
    )
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.create()

    @allow(KELURAHAN_OFFICER)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.user.is_authenticated) if hasattr(request, "user") else "")

    urls = types.ModuleType("gate_urls")
    urls.urlpatterns = [path("", view)]  # type: ignore[attr-defined]
    sys.modules["gate_urls"] = urls
    settings.ROOT_URLCONF = "gate_urls"
    known = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
    chains = {"gate": [*known, "jcoc.people.gate.RoleGateMiddleware"], "account": known, "nothing": []}

    def page(middleware: list[str]) -> Callable[[], None]:
        settings.MIDDLEWARE = middleware
        handler = BaseHandler()
        handler.load_middleware()
        factory = RequestFactory()
        factory.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

        def ask() -> None:
            answer = handler.get_response(factory.get("/"))
            if answer.status_code != 200:
                raise RuntimeError(f"The page answered {answer.status_code}.")

        return ask

    return {name: page(middleware) for name, middleware in chains.items()}


def lists(officer: Any) -> dict[str, Callable[[], None]]:
    from jcoc.people.access import principal_of_user
    from jcoc.people.models import RoleGrant

    principal = principal_of_user(officer)
    seen = RoleGrant.objects.visible(principal).order_by("pk")
    if not 0 < seen.count() < GRANTS:
        raise RuntimeError("The officer sees all or nothing: that would measure something else.")
    return {
        "visible": lambda: list(seen.all()[:25]) and None,
        "all": lambda: list(RoleGrant.objects.order_by("pk")[:25]) and None,
    }


def measure(calls: dict[str, Callable[[], None]], rounds: int) -> dict[str, np.ndarray]:
    """Milliseconds of each call by the clock and of the processor, in turns, so that a busy moment meets all alike."""
    taken = {name: np.empty((rounds, 2)) for name in calls}
    for call in calls.values():
        for _ in range(50):
            call()
    for number in range(rounds):
        for name, call in calls.items():
            begin, worked = time.perf_counter(), time.process_time()
            call()
            ended = time.perf_counter() - begin, time.process_time() - worked
            taken[name][number] = np.multiply(ended, 1000)
    return taken


def row(what: str, times: np.ndarray, to_reach: str = "") -> dict[str, str]:
    p50, p95 = np.percentile(times[:, 0], (50, 95))
    return {
        "what": what,
        "measured": f"{p50:.2f} / {p95:.2f} / {np.median(times[:, 1]):.2f}",
        "unit": "ms (p50 / p95 / processor)",
        "to_reach": to_reach,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        officer = lay_out()
        page, listed = measure(pages(officer), ROUNDS), measure(lists(officer), ROUNDS // 3)
        from django.db import connection

        connection.close()
    check = page["gate"] - page["account"]
    rows = [
        row("a page without any look-up", page["nothing"]),
        row("with session and account", page["account"]),
        row("with session, account and the gate", page["gate"]),
        row("what the permission check adds, page by page", check, "< 2 ms"),
        row("what knowing who asks adds altogether", page["gate"] - page["nothing"]),
        row(f"25 of {GRANTS:,} grants, all", listed["all"]),
        row(f"25 of {GRANTS:,} grants, those visible to a kecamatan's officer", listed["visible"]),
    ]
    ratio = np.median(page["gate"][:, 1]) / np.median(page["account"][:, 1])
    result = {
        "title": "A page's permission check",
        "rows": rows,
        "notes": [
            f"{ROUNDS:,} requests each, in turns, in one process on SQLite; the page itself is one line of text, so "
            f"that nothing hides the check: with the gate it takes the processor {ratio:.2f} times as long as with "
            "session and account alone. The roles are read from the database at each request, one query by an index: "
            "a role that ended or was taken back gives nothing at the next one. The third figure is the processor's "
            "time, which other work on the machine does not lengthen."
        ],
    }
    for each in rows:
        print(f"{each['what']:<66} {each['measured']:>22} {each['unit']}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
