"""What only a running centre can answer of a programme: each function returns what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from time import perf_counter
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Field
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, reverse

from jcoc.contract import linking, paths
from jcoc.contract.discovery import Found
from jcoc.contract.procedures import LANGUAGES
from jcoc.contract.programme import Page
from jcoc.people import services
from jcoc.people.identity.models import Person
from jcoc.people.models import RoleGrant, User
from jcoc.people.privacy.purposes import holdings
from jcoc.trail.access import EVERYONE, KIOSK
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.sealing.fields import SealedText

#: Rows of the demonstration for looking at pages; and few and many to see whether queries grow: a page may show no more
#: than twenty at once.
SCALE, FEW, MANY = 20, 5, 50
#: Answers that tell of the attempt, not of the input: nobody is logged in, may not open the page, or used it so.
_NOT_ABOUT_THE_INPUT = frozenset({401, 403, 405})
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Visit:
    """One page for one of the roles that may open it."""

    page: Page
    role: str
    address: str

    def __str__(self) -> str:
        return f"pages[{self.page.view}] {self.role}"


def fill(found: Found, scale: int = SCALE) -> None:
    """Run the programme's demonstration, if it has one."""
    if found.programme.demonstration:
        paths.at(found.programme.demonstration)(scale)


def visits(found: Found) -> Iterator[Visit]:
    for page in found.programme.pages:
        arguments = paths.at(page.example)() if page.example else None
        address = reverse(f"{found.code}:{page.view}", kwargs=arguments)
        for role in page.roles:
            yield Visit(page, role, address)


class Clients:
    """A browser for each role, with an account of its own."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}

    def of(self, role: str) -> Client:
        if role not in self._clients:
            self._clients[role] = self._made(role)
        return self._clients[role]

    def _made(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if role == KIOSK:
            _link, secret = services.make_kiosk_link("contract")
            client.get(f"/kiosk/{secret}/")
        elif role not in (EVERYONE, ""):
            with unguarded():
                user = User.objects.create(username=f"contract-{role}")
                RoleGrant.objects.create(user=user, role=role)
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client


def pages_answer(found: Found, clients: Clients) -> list[str]:
    """Each page for each of its roles: status 200 in each language, and its words are not the same in all of them."""
    missing = []
    for visit in visits(found):
        said = set()
        for language in LANGUAGES:
            answer = _get(clients.of(visit.role), visit.address, language)
            if answer.status_code != 200:
                missing.append(f"{visit} {language}: {answer.status_code}")
            elif "text/html" in answer.get("Content-Type", ""):
                said.add(tuple(_words(_text(answer))))
                if len(said) == 1 and language != LANGUAGES[0]:
                    missing.append(f"{visit} {language}: not translated")
    return missing


def _words(page: str) -> list[str]:
    """What is to be read in a page itself, without the menu around it; dates and tokens are another at each visit."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return _WORD.findall(_MARKUP.sub(" ", f"<main{main}"))


def names_city(found: Found, clients: Clients, city: str) -> list[str]:
    """The pages that name a city which is not the one whose data they show."""
    return [
        f"{visit}: {city}"
        for visit in visits(found)
        if city in " ".join(_words(_text(_get(clients.of(visit.role), visit.address, LANGUAGES[0]))))
    ]


def _get(client: Client, address: str, language: str) -> HttpResponseBase:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer: HttpResponseBase = client.get(address)
    return answer


def _text(answer: Any) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode()


def queries(found: Found, clients: Clients) -> dict[str, int]:
    """The number of SQL queries of each page for the first of its roles, asked a second time."""
    counts = {}
    for page in found.programme.pages:
        visit = next(each for each in visits(found) if each.page is page)
        client = clients.of(visit.role)
        _get(client, visit.address, LANGUAGES[0])
        with CaptureQueriesContext(connection) as captured:
            _get(client, visit.address, LANGUAGES[0])
        counts[f"pages[{page.view}]"] = len(captured)
    return counts


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    return [
        f"{page}: {before[page]} → {number}" for page, number in after.items() if number > before.get(page, 0)
    ]


def bad_input_refused(found: Found, clients: Clients) -> list[str]:
    """Each is refused, by an answer 4xx of the programme's own view or an error that says why, and nothing is written:
    no row of the programme comes or goes, and the audit trail, which each write enters, stands where it stood."""
    missing = []
    for bad in found.programme.bad_input:
        client = clients.of(bad.role)
        before = _written(found)
        try:
            answer = paths.at(bad.attempt)(client)
        except (ValueError, ValidationError) as error:
            refused = bool(str(error).strip())
        else:
            refused = _refuses(found, answer)
        if not refused:
            missing.append(f"bad_input[{bad.code}]: not refused")
        elif _written(found) != before:
            missing.append(f"bad_input[{bad.code}]: half-written")
    return missing


def _refuses(found: Found, answer: Any) -> bool:
    status = getattr(answer, "status_code", 0)
    if not 400 <= status < 500 or status in _NOT_ABOUT_THE_INPUT:
        return False
    try:
        namespace = answer.resolver_match.namespace
    except Resolver404:
        return False
    text = _text(answer)
    said = _words(text) if "text/html" in answer.get("Content-Type", "") else text.split()
    return namespace == found.code and bool(said)


def _written(found: Found) -> dict[str, int]:
    models = apps.get_app_config(found.code).get_models()
    counts = {model._meta.label: model._default_manager.count() for model in models}
    return counts | {"audit trail": Entry.objects.count()}


def personal_data(found: Found) -> list[str]:
    """Each column about a person is named by declared personal data; each purpose has where that person is given it,
    and has it erased."""
    declared = found.programme.personal_data
    named = {column for each in declared for column in each.columns}
    missing = [
        column
        for model in apps.get_app_config(found.code).get_models()
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if _about_a_person(field) and (column := linking.column(model, field)) not in named
    ]
    held = {purpose for holding in holdings() for purpose in holding.purposes}
    return missing + [f"personal_data[{each.what.en}]" for each in declared if each.purpose not in held]


def _about_a_person(field: Field[Any, Any]) -> bool:
    related = field.related_model
    return isinstance(field, SealedText) or (
        isinstance(related, type) and issubclass(related._meta.concrete_model or related, (User, Person))
    )


def bench(found: Found) -> list[str]:
    """``bench.py`` has a function ``measure()`` that returns seconds by name, on the demonstrated city.

    None of them can be longer than it took altogether.
    """
    try:
        module = import_module(f"{found.package}.bench")
    except ModuleNotFoundError as error:
        if error.name != f"{found.package}.bench":
            raise
        return ["bench.py"]
    began = perf_counter()
    figures = module.measure()
    taken = perf_counter() - began
    fits = bool(figures) and all(isinstance(each, float) and 0 < each <= taken for each in figures.values())
    return [] if fits else ["bench.py: measure()"]
