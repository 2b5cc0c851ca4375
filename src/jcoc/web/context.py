"""What every page knows: the languages and where this reader may go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy


class Group(StrEnum):
    """Under which heading of the menu a page stands."""

    WATCH = "watch"
    PEOPLE = "people"
    UPKEEP = "upkeep"
    OWN = "own"


GROUPS = {
    Group.WATCH: gettext_lazy("Watch"),
    Group.PEOPLE: gettext_lazy("People"),
    Group.UPKEEP: gettext_lazy("Upkeep"),
    Group.OWN: gettext_lazy("My own"),
}
#: So many pages stand side by side in the bar; more than that under their headings.
SIDE_BY_SIDE = 5


@dataclass(frozen=True)
class Entry:
    """A page in the menu. Each ring names its own in the attribute ``menu`` of its AppConfig."""

    place: int  # the menu is sorted by it
    view: str
    label: Promise
    icon: str
    group: Group = Group.WATCH


def menu() -> list[Entry]:
    """The entries of every ring, in their order."""
    entries = [entry for app in apps.get_app_configs() for entry in getattr(app, "menu", ())]
    return sorted(entries, key=lambda entry: entry.place)


def roles_of(request: HttpRequest) -> frozenset[str]:
    """What the gate of people/ found this reader to be; nothing for everybody else."""
    principal = getattr(request, "principal", None)
    return principal.roles if principal else frozenset()


@cache
def _who_may(view: str) -> frozenset[str]:
    roles: frozenset[str] = resolve(reverse(view)).func.allowed_roles  # type: ignore[attr-defined]
    return roles


def may_open(request: HttpRequest, view: str) -> bool:
    """Whether the gate lets this reader in there: a link to a refusal is none."""
    return bool(roles_of(request) & _who_may(view))


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """The entries that this reader may open; a screen that only reads has no menu."""
    principal = getattr(request, "principal", None)
    if not principal or principal.reads_only or "X-Offline-Copy" in request.headers:
        return []
    entries: list[dict[str, object]] = []
    for entry in menu():
        if not may_open(request, entry.view):
            continue
        url = reverse(entry.view)
        entries.append(
            {
                "url": url,
                "label": entry.label,
                "icon": entry.icon,
                "group": entry.group,
                "current": False,
            }
        )
    # One page may lie below another that has an entry of its own: only the nearest is where the reader is.
    here = [entry for entry in entries if _lies_below(request.path, str(entry["url"]))]
    if here:
        max(here, key=lambda entry: len(str(entry["url"])))["current"] = True
    return entries


def _lies_below(path: str, url: str) -> bool:
    return path == url or (len(url) > 1 and path.startswith(url))


def headings(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    """The entries under the headings of the menu, those without a page left out."""
    found: list[dict[str, object]] = []
    for group, label in GROUPS.items():
        pages = [entry for entry in entries if entry["group"] == group]
        if pages:
            current = any(page["current"] for page in pages)
            found.append({"code": group.value, "label": label, "entries": pages, "current": current})
    return found


def site(request: HttpRequest) -> dict[str, object]:
    language = get_language()
    entries = navigation(request)
    return {
        "roles": roles_of(request),
        "navigation": entries,
        "headings": headings(entries),
        "side_by_side": len(entries) <= SIDE_BY_SIDE,
        # Kept on the device to be opened without a connection: it must name nobody.
        "offline_copy": "X-Offline-Copy" in request.headers,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
    }
