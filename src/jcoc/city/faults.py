"""What can be wrong with a file of boundaries, and how it is said. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from jcoc.trail.marking import gettext_noop


class Severity(IntEnum):
    REPAIRED = 0  # closed by the import itself
    WARNING = 1  # imported only where somebody says so
    ERROR = 2  # never imported


@dataclass(frozen=True)
class Limits:
    sliver_width: float = 15.0  # metres; what is narrower comes from drawing shared borders twice
    smallest_area: float = 1.0  # square metres; what is smaller comes from rounding
    area_difference: float = 0.05  # of the area in the table of facts
    centroid_distance: float = 200.0  # metres; a curved place's centroid may lie beside it
    far_away: float = 50_000.0  # metres


RULES: dict[str, tuple[Severity, str]] = {
    "too_large": (Severity.ERROR, gettext_noop("The file is larger than %(megabytes)s MB.")),
    "empty_file": (Severity.ERROR, gettext_noop("The file is empty.")),
    "not_utf8": (Severity.ERROR, gettext_noop("The file is not UTF-8 text: byte %(byte)s cannot be read.")),
    "broken_json": (
        Severity.ERROR,
        gettext_noop("The file is not JSON: line %(line)s, column %(column)s: %(reason)s."),
    ),
    "not_json": (Severity.ERROR, gettext_noop("The file is not JSON: %(reason)s.")),
    "not_collection": (Severity.ERROR, gettext_noop("The file is not a GeoJSON FeatureCollection.")),
    "no_features": (Severity.ERROR, gettext_noop("The FeatureCollection has no feature.")),
    "wrong_crs": (
        Severity.ERROR,
        gettext_noop("The coordinates are in %(crs)s; they must be WGS 84 degrees, longitude first."),
    ),
    "not_feature": (Severity.ERROR, gettext_noop("This is not a GeoJSON Feature with properties.")),
    "no_code": (
        Severity.ERROR,
        gettext_noop("It has no Kemendagri code: a property by one of the names %(names)s, as text."),
    ),
    "not_polygon": (
        Severity.ERROR,
        gettext_noop("Its geometry must be a Polygon or MultiPolygon, not %(kind)s."),
    ),
    "unreadable": (Severity.ERROR, gettext_noop("Its geometry cannot be read: %(reason)s.")),
    "not_degrees": (
        Severity.ERROR,
        gettext_noop("Its coordinates are not WGS 84 degrees, longitude first: %(value)s occurs."),
    ),
    "invalid": (Severity.ERROR, gettext_noop("Its outline is not valid: %(reason)s.")),
    "unknown_code": (Severity.ERROR, gettext_noop("%(code)s is not the code of a known place.")),
    "wrong_level": (Severity.ERROR, gettext_noop("%(name)s is a %(level)s, not a %(wanted)s.")),
    "not_in_force": (Severity.ERROR, gettext_noop("%(name)s was not in force on %(day)s.")),
    "duplicate": (Severity.ERROR, gettext_noop("%(name)s stands already in feature %(first)s.")),
    "far_away": (
        Severity.ERROR,
        gettext_noop("%(name)s lies %(km)s km from its known centroid; is latitude given first?"),
    ),
    "overlap": (
        Severity.ERROR,
        gettext_noop("%(name)s overlaps %(other)s by %(area)s m², up to %(width)s m wide."),
    ),
    "other_name": (Severity.WARNING, gettext_noop("It is called %(name)s, but the code is %(known)s's.")),
    "missing": (Severity.WARNING, gettext_noop("%(name)s has no feature.")),
    "gap": (
        Severity.WARNING,
        gettext_noop("A gap of %(area)s m², up to %(width)s m wide, lies between %(names)s."),
    ),
    "centroid": (
        Severity.WARNING,
        gettext_noop("The known centroid of %(name)s lies outside it, %(metres)s m from its middle."),
    ),
    "area": (
        Severity.WARNING,
        gettext_noop("%(name)s measures %(area)s km², but the table of facts says %(known)s km²."),
    ),
    "overlap_sliver": (
        Severity.REPAIRED,
        gettext_noop("%(name)s overlaps %(other)s by a sliver of %(area)s m², at most %(width)s m wide."),
    ),
    "gap_sliver": (
        Severity.REPAIRED,
        gettext_noop("A sliver of %(area)s m², at most %(width)s m wide, is open between %(names)s."),
    ),
}


@dataclass(frozen=True)
class Fault:
    rule: str
    feature: int = 0  # its number in the file, from 1; 0: of the file as a whole
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return RULES[self.rule][0]

    def say(
        self, translate: Callable[[str], str] = str, number: Callable[[float], str] = "{:,}".format
    ) -> str:
        """The sentence, in English unless told how to translate it and how numbers are written."""
        values = {
            key: number(value) if isinstance(value, (int, float)) else value
            for key, value in self.values.items()
        }
        return translate(RULES[self.rule][1]) % values

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "feature": self.feature, "code": self.code, "values": self.values}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Fault:
        return cls(kept["rule"], kept["feature"], kept["code"], kept["values"])
