"""Who sees which rows: every queryset of jcoc has ``visible(principal)``, and lists start from it.

These two serve tables whose rows are all alike. Where it depends on the row, because a role holds in a place, a site
or a programme, people/scope.py makes the condition.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, Self

from django.db import models

from jcoc.trail.access import ADMINISTRATOR


class Reader(Protocol):
    """What visibility asks of a principal; None stands for somebody without a log-in."""

    @property
    def id(self) -> str: ...

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def audiences(self) -> frozenset[str]: ...


class SeenByAll(models.QuerySet[Any]):
    """Rows that anybody may know, also without a log-in."""

    def visible(self, principal: Reader | None) -> Self:
        return self.all()


class SeenByRoles(models.QuerySet[Any]):
    """Rows that holders of some roles see, all of them. A subclass names the roles."""

    readers: ClassVar[tuple[str, ...]] = ()

    def visible(self, principal: Reader | None) -> Self:
        return self.all() if principal and not principal.roles.isdisjoint(self.readers) else self.none()


class SeenByAdministrators(SeenByRoles):
    readers = (ADMINISTRATOR,)
