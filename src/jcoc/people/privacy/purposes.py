"""What the city processes personal data for. Each app says its own in a module `personal_data.py`.

A purpose names its basis (law 27/2022, article 20), the kinds of data it needs, and how long they are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jcoc.people.privacy.kinds import DataKind


class Basis(models.TextChoices):
    """Article 20, paragraph 2."""

    CONSENT = "consent", _("consent")
    CONTRACT = "contract", _("a contract with the person")
    LEGAL_DUTY = "legal_duty", _("a duty by law")
    VITAL_INTEREST = "vital_interest", _("protection of life")
    PUBLIC_TASK = "public_task", _("a task in the public interest")
    LEGITIMATE_INTEREST = "legitimate_interest", _("another legitimate interest")


class UnknownPurpose(LookupError):
    """No app has declared a purpose of that code; the text is a sentence."""


@dataclass(frozen=True)
class Purpose:
    """`text` is the first version of what a person reads, by language; later versions are made on the page.

    `kept` says in words how long data is kept. A purpose `even_restricted` goes on while a person's data is
    restricted (article 41 allows it where the law demands the processing).
    """

    code: str
    title: Promise | str
    basis: Basis
    kinds: tuple[DataKind, ...]
    kept: Promise | str
    text: dict[str, str] = field(default_factory=dict)
    even_restricted: bool = False


@dataclass(frozen=True)
class Holding:
    """One place where data of a person lies, and what can be done with it.

    `describe(subject)` gives rows of plain values for the person to see and take along; `erase(subject)` removes or
    makes nameless what lies there and returns how many rows; `stop(subject, purpose)` ends processing for a purpose
    whose consent was withdrawn. Rows that stay (the audit trail) hold opaque ids only and need no holding.
    """

    code: str
    title: Promise | str
    purposes: tuple[str, ...]
    describe: Callable[[UUID], Iterable[dict[str, Any]]]
    erase: Callable[[UUID], int]
    stop: Callable[[UUID, str], None] | None = None


@dataclass(frozen=True)
class Retention:
    """What is kept for how long, and how it goes. Each function takes the moment before which a row is old.

    `due` counts the old rows; `freeze` gives the summary that stays in their stead (counts and sums, nothing of a
    person); `remove` takes them away and returns how many rows that touched.
    """

    code: str
    title: Promise | str
    kept: timedelta
    why: Promise | str
    due: Callable[[datetime], int]
    remove: Callable[[datetime], int]
    freeze: Callable[[datetime], dict[str, Any]] | None = None


_purposes: dict[str, Purpose] = {}
_holdings: dict[str, Holding] = {}
_retentions: dict[str, Retention] = {}


def declare(*declared: Purpose | Holding | Retention) -> None:
    """Add declarations; a code that stands already is a mistake of the programme."""
    for each in declared:
        registry: dict[str, Any] = (
            _purposes
            if isinstance(each, Purpose)
            else _holdings
            if isinstance(each, Holding)
            else _retentions
        )
        if registry.setdefault(each.code, each) is not each:
            raise ValueError(f"{type(each).__name__} {each.code!r} is declared twice.")


def purposes() -> list[Purpose]:
    return list(_purposes.values())


def holdings() -> list[Holding]:
    return list(_holdings.values())


def retentions() -> list[Retention]:
    return list(_retentions.values())


def purpose_of(code: str) -> Purpose:
    """:class:`UnknownPurpose` where nobody declared it."""
    try:
        return _purposes[code]
    except KeyError:
        raise UnknownPurpose(
            f"There is no purpose {code!r}; declared are {', '.join(sorted(_purposes))}."
        ) from None
