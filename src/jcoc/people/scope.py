"""From the roles somebody holds to the rows somebody sees: one condition for querysets, one answer for a single thing.

A model says by which of its fields a row lies in a place, at a site, in a programme::

    class Reports(models.QuerySet):
        def visible(self, principal):
            return self.filter(scope.within(principal, (SUPERVISOR,), place_field="place", programme="pakar_kasih"))

A role that is narrowed by something a row does not name does not reach the row. A place reaches all that lies below
it, on whichever day: a kelurahan's Kemendagri code begins with that of its kecamatan, so one that moves to another
kecamatan becomes another place, and the former keeps its parent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from django.db.models import Q, QuerySet

from jcoc.city.models import Level, Place, Site
from jcoc.people.granting import GIVES, Held, Where
from jcoc.trail import visibility
from jcoc.trail.access import ADMINISTRATOR, AUDITOR, DATA_OFFICER

#: Who sees every account and every grant: those who run them, and those who look after them.
OVERSEERS = frozenset({ADMINISTRATOR, AUDITOR, DATA_OFFICER})

NOTHING = Q(pk__in=())
#: An empty Q would not do: joined by "or" it stands for nothing said, not for all rows.
EVERYTHING = ~NOTHING


class Reader(visibility.Reader, Protocol):
    @property
    def grants(self) -> tuple[Held, ...]: ...


def places_within(places: Collection[int]) -> QuerySet[Place]:
    """These places and all below them, today's and old ones."""
    found, path = Q(), "pk"
    for _level in Level:
        found |= Q(**{f"{path}__in": places})
        path = "parent" if path == "pk" else f"{path}__parent"
    return Place.objects.filter(found)


def place_and_above(place: int | None) -> frozenset[int]:
    """A place with all it lies in."""
    if place is None:
        return frozenset()
    columns, path = ["pk"], ""
    for _level in list(Level)[1:]:
        path = f"{path}__parent" if path else "parent"
        columns.append(path)
    row = Place.objects.filter(pk=place).values_list(*columns).first() or ()
    return frozenset(pk for pk in row if pk is not None)


def where(
    *, place: Place | int | None = None, site: Site | int | None = None, programme: str | None = None
) -> Where:
    """Where something is, with the places above it: at most two queries."""
    site_id = site.pk if isinstance(site, Site) else site
    if place is None and site is not None:
        place = (
            site.place_id
            if isinstance(site, Site)
            else Site.objects.filter(pk=site).values_list("place", flat=True).first()
        )
    place_id = place.pk if isinstance(place, Place) else place
    return Where(place_and_above(place_id), site_id, programme or "")


def within(
    principal: Reader | None,
    roles: Iterable[str],
    *,
    place_field: str = "",
    site_field: str = "",
    programme_field: str = "",
    programme: str = "",
) -> Q:
    """The rows that one of these roles reaches, as this principal holds them.

    `place_field` and `site_field` lead to a city.Place and a city.Site (such as ``household__place``),
    `programme_field` to a slug; `programme` is for a table whose rows all belong to that one. A role in a place reaches
    a row that names no place by the place of its site.
    """
    if principal is None:
        return NOTHING
    wanted = frozenset(roles)
    held = (each for each in principal.grants if each.role in wanted)
    return reached(held, place_field, site_field, programme_field, programme)


def reached(
    held: Iterable[Held],
    place_field: str = "",
    site_field: str = "",
    programme_field: str = "",
    programme: str = "",
) -> Q:
    """The rows that one of these held roles reaches, whatever its name; the fields as in :func:`within`."""
    places: dict[tuple[int | None, str], set[int] | None] = {}
    for each in held:
        # Those that differ by their place alone share one condition: an officer may have many kelurahan.
        key = each.site_id, "" if each.programme == programme else each.programme
        if each.place_id is None:
            places[key] = None
        elif (known := places.setdefault(key, set())) is not None:
            known.add(each.place_id)
    found = NOTHING
    for (site, slug), inside in places.items():
        rows = EVERYTHING if inside is None else _in_places(inside, place_field, site_field)
        if site is not None:
            rows &= Q(**{site_field: site}) if site_field else NOTHING
        if slug:
            rows &= Q(**{programme_field: slug}) if programme_field else NOTHING
        found |= rows
    return found


def _in_places(places: Collection[int], place_field: str, site_field: str) -> Q:
    inside = places_within(places)
    by_place = Q(**{f"{place_field}__in": inside}) if place_field else NOTHING
    if not site_field:
        return by_place
    by_site = Q(**{f"{site_field}__place__in": inside})
    return by_place | (by_site & Q(**{place_field: None}) if place_field else by_site)


def own_account(principal: visibility.Reader, field: str) -> Q:
    """The rows of one's own account."""
    kind, _, number = principal.id.partition("-")
    return Q(**{field: int(number)}) if kind == "user" else NOTHING


def of_givable_roles(principal: Reader) -> Q:
    """The grants of roles that this principal could give where they hold."""
    found = NOTHING
    for role, gives in GIVES.items():
        if held := [each for each in principal.grants if each.role == role]:
            found |= Q(role__in=gives) & reached(held, "place", "site", "programme")
    return found
