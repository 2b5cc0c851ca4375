"""What every page knows: the city, the languages and where this reader may go."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    view: str
    label: Promise | str
    icon: str
    administrators_only: bool = False


NAVIGATION = (
    Entry("operations:wall", _("Wall"), "wall"),
    Entry("telemetry:sensor_list", _("Sensors"), "sensor"),
    Entry("city:admin", _("Map & boundaries"), "map", administrators_only=True),
    Entry("telemetry:tokens", _("Devices"), "device", administrators_only=True),
    Entry("people:accounts", _("Accounts"), "account", administrators_only=True),
    Entry("people:kiosk-links", _("Kiosk links"), "link", administrators_only=True),
)


def role_of(request: HttpRequest) -> str:
    """What the gate of people/ found this reader to be; empty for everybody else."""
    principal = getattr(request, "principal", None)
    return principal.role if principal else ""


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """The entries that exist in this installation and that this reader may open."""
    role = role_of(request)
    if role not in ("administrator", "operator"):
        return []
    entries: list[dict[str, object]] = []
    for entry in NAVIGATION:
        if entry.administrators_only and role != "administrator":
            continue
        try:
            url = reverse(entry.view)
        except NoReverseMatch:
            continue
        entries.append(
            {
                "url": url,
                "label": entry.label,
                "icon": entry.icon,
                "current": request.path == url or (len(url) > 1 and request.path.startswith(url)),
            }
        )
    return entries


def site(request: HttpRequest) -> dict[str, object]:
    language = get_language()
    return {
        "role": role_of(request),
        "city_name": getattr(settings, "CITY_NAME", "Kota Jambi"),
        "navigation": navigation(request),
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
    }
