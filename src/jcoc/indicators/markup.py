"""What repeats on an indicator's page hundreds of times, as strings: rows, options, the chart's and the map's parts.

As templates these took most of the page's time. Whatever is not a number of ours goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jcoc.city.models import Level
from jcoc.indicators import marks, wording
from jcoc.indicators.drawing.course import Course
from jcoc.indicators.drawing.places import MapShapes, Shape
from jcoc.indicators.judging import Told
from jcoc.indicators.models import Indicator
from jcoc.indicators.periods import Period

#: Stands in neither a code nor a period, and needs no quoting in an address.
_GAP = "~"
#: A kecamatan and one of its kelurahan often have one name.
_LEVELS = {
    Level.KECAMATAN: '<span class="muted" title="kecamatan">Kec.</span> ',
    Level.KELURAHAN: '<span class="muted" title="kelurahan">Kel.</span> ',
}
#: Where a target lies that is not in the picture.
_WAYS = {"right": "→", "up": "↑", "down": "↓"}


def _address(name: str, indicator: Indicator) -> Callable[[str, str], str]:
    """How the address of a place's value in a period is made: resolved once, and filled in for each."""
    head, middle, tail = reverse(name, args=[indicator.code, _GAP, _GAP]).split(_GAP)
    return lambda place, period: f"{head}{escape(place)}{middle}{escape(period)}{tail}"


class Rows:
    """The rows of the two tables of an indicator: one for each period, one for each place."""

    def __init__(self, indicator: Indicator, *, judged: bool, linked: bool) -> None:
        self.indicator = indicator
        self.judged = judged  # whether there is a target at all, and a column for it
        self.linked = linked  # whether the reader may see flags
        self.rows, self.revisions = (
            _address(f"indicators:{name}", indicator) for name in ("rows", "revisions")
        )
        self.words = {
            "rows": escape(_("Rows")),
            "revisions": escape(_("Revisions")),
            "course": escape(_("Course")),
        }
        self.not_told = escape(_("not told"))
        # A dozen different marks on a page of hundreds.
        self.origin = cache(marks.origin_mark)
        self.standing = cache(marks.standing_mark)
        self.provisional, self.few = marks.provisional_mark(), marks.few_mark()

    def period(self, row: Told) -> str:
        """A row of the course."""
        asked = "" if row.asked is None else escape(wording.told(row.asked, self.indicator))
        target = f'<td class="number">{asked}</td>' if self.judged else ""
        links, period = self._links(row, row.period.code), wording.period_words(row.period)
        return (
            f'<tr><th scope="row">{escape(period)}</th>'
            f"{self._value(row)}{target}{self._marks(row, period)}"
            f'<td class="row-links">{links}</td></tr>'
        )

    def place(self, row: Told, *, lead: bool = False, grouped: bool = False) -> str:
        """A row of the places; `lead` heads those of its kecamatan."""
        place, name = row.place, escape(row.place.name)
        level, within = _LEVELS.get(Level(place.level), ""), ""
        if not grouped and place.parent and place.level == Level.KELURAHAN:
            within = f' <span class="muted small">{escape(place.parent.name)}</span>'
        head = '<tr class="row-lead">' if lead else "<tr>"
        head += f'<th scope="row">{level}<strong>{name}</strong>{within}</th>'
        if row.value is None:
            target = "<td></td>" if self.judged else ""
            said = self.not_told if place.level in self.indicator.levels else ""
            return f'{head}<td class="number muted">{said}</td><td></td>{target}<td></td></tr>'
        target = f"<td>{self.standing(row.standing)}</td>" if self.judged else ""
        course = (
            f'<a href="?place={escape(place.code)}&amp;period={row.period.code}">{self.words["course"]}'
            f'<span class="vh"> {name}</span></a>'
        )
        return (
            f"{head}{self._value(row)}{self._marks(row, place.name)}{target}"
            f'<td class="row-links">{course} {self._links(row, name)}</td></tr>'
        )

    def _value(self, row: Told) -> str:
        value = row.value
        assert value is not None
        why = (
            "" if value.value is not None else f' <span class="muted small">{escape(value.told_note)}</span>'
        )
        shown = escape(wording.told(value.value, self.indicator))
        return f'<td class="number"><strong>{shown}</strong>{why}</td>'

    def _marks(self, row: Told, of: str) -> str:
        value = row.value
        assert value is not None
        loose = f" {self.provisional}" if value.provisional else ""
        few = f" {self.few}" if row.few else ""
        doubted = f" {marks.doubted_mark(value.pk, of, linked=self.linked)}" if row.doubted else ""
        return f"<td>{self.origin(value.origin, value.source_name)}{loose}{few}{doubted}</td>"

    def _links(self, row: Told, of: str) -> str:
        place, period = row.place.code, row.period.code
        return " ".join(
            f'<a href="{address(place, period)}">{self.words[which]}<span class="vh"> {of}</span></a>'
            for which, address in (("rows", self.rows), ("revisions", self.revisions))
        )


def history(indicator: Indicator, rows: Iterable[Told], *, judged: bool, linked: bool) -> SafeString:
    made = Rows(indicator, judged=judged, linked=linked)
    return _safe(made.period(row) for row in rows)


def places(
    indicator: Indicator,
    rows: Iterable[Told],
    groups: Iterable[tuple[Told, Sequence[Told]]] | None,
    *,
    judged: bool,
    linked: bool,
) -> SafeString:
    """Those of the groups below the row of their kecamatan; without groups the rows as they come."""
    made = Rows(indicator, judged=judged, linked=linked)
    if groups is None:
        return _safe(made.place(row) for row in rows)
    return _safe(
        made.place(head, lead=True, grouped=True) + "".join(made.place(row, grouped=True) for row in inside)
        for head, inside in groups
    )


def options(periods: Iterable[Period], chosen: Period) -> SafeString:
    return _safe(
        f'<option value="{each.code}"{" selected" if each == chosen else ""}>'
        f"{escape(wording.period_words(each))}</option>"
        for each in periods
    )


def charts(indicator: Indicator, drawn: Sequence[tuple[str, Course]]) -> SafeString:
    """The same course in each of its frames; which of them is seen the width of the page decides."""
    tips: dict[Period, str] = {}
    few_words = _("few readings")
    for mark in drawn[0][1].marks if drawn else ():
        point = mark.point
        few = f" ({few_words})" if point.few else ""
        tips[point.period] = escape(
            f"{wording.period_words(point.period)}: {wording.told(point.value, indicator)}{few}"
        )
    return _safe(_chart(name, course, tips, indicator) for name, course in drawn)


def _chart(name: str, c: Course, tips: dict[Period, str], indicator: Indicator) -> str:
    parts = [
        f'<svg class="course course-{name}" viewBox="0 0 {c.width} {c.height}" role="img" '
        'aria-labelledby="course-title" aria-describedby="course-words" data-tips="course-tip">'
    ]
    for rung in c.upward:
        parts.append(
            f'<line class="rung" x1="{c.left}" x2="{c.right}" y1="{rung.at}" y2="{rung.at}"/>'
            f'<text class="tick" text-anchor="end" x="{c.left - 8}" y="{rung.at}" dy="4">'
            f"{escape(wording.figure(rung.value, c.digits))}</text>"
        )
    for tick in c.across:
        anchor, at = ("end", min(tick.at + 27, c.width - 1)) if tick.at > c.end_words else ("middle", tick.at)
        words = escape(wording.period_short(tick.period)) if tick.period else ""
        parts.append(
            f'<line class="notch" x1="{tick.at}" x2="{tick.at}" y1="{c.bottom}" y2="{c.bottom + 5}"/>'
            f'<text class="tick" text-anchor="{anchor}" x="{at}" y="{c.bottom}" dy="20">{words}</text>'
        )
    parts += [f'<polyline class="asked" points="{line}"/>' for line in c.path]
    parts += [f'<circle class="asked-point" cx="{x}" cy="{y}" r="2.5"/>' for x, y in c.path_points]
    for kind, lines in (("firm", c.firm), ("loose", c.loose)):
        parts += [f'<polyline class="{kind}" points="{line}"/>' for line in lines]
    for mark in c.marks:
        if mark.shown:
            loose = " mark-loose" if mark.point.loose else ""
            parts.append(
                f'<path class="mark{loose}" transform="translate({mark.x} {mark.y}) scale(.72) translate(-8 -8)" '
                f'd="{marks.ORIGIN_SHAPES[mark.point.origin]}"/>'
            )
    if c.ahead:
        words = f"{wording.period_short(c.ahead.period)}: {wording.told(c.ahead.value, indicator)}"
        target = _("target")
        words = escape(f"{target} {words} {_WAYS[c.ahead.way]}")
        parts.append(f'<text class="ahead" text-anchor="end" x="{c.ahead.x}" y="{c.ahead.y}">{words}</text>')
    height = c.bottom - c.top
    parts += [
        f'<rect class="strip" x="{mark.left}" y="{c.top}" width="{mark.width}" height="{height}" '
        f'data-tip="{tips[mark.point.period]}"/>'
        for mark in c.marks
    ]
    return "".join([*parts, "</svg>"])


def map_shapes(
    indicator: Indicator, drawn: MapShapes, shown: Iterable[tuple[Shape, Told | None]]
) -> SafeString:
    """The kelurahan with their shades; hatched where nothing is told."""
    later, nothing = escape(_("did not exist yet")), escape(_("not told"))
    hatched = ' fill="url(#untold)"'
    parts = [
        f'<path class="place"{hatched} d="{shape.path}" data-tip="{escape(shape.name)}: {later}"/>'
        for shape in drawn.later
    ]
    for shape, row in shown:
        tip, shade = nothing, hatched
        if row is not None and row.value is not None:
            tip = escape(wording.told(row.value.value, indicator))
            shade = hatched if row.step is None else f' data-step="{row.step}"'
        rough = " place-rough" if shape.approximate else ""
        parts.append(
            f'<path class="place{rough}"{shade} d="{shape.path}" data-tip="{escape(shape.name)}: {tip}"/>'
        )
    parts += [f'<path class="border" d="{shape.path}"/>' for shape in drawn.borders]
    parts += [f'<path class="river" d="{river}"/>' for river in drawn.rivers]
    parts += [
        f'<text class="border-name" text-anchor="middle" x="{shape.label[0]}" y="{shape.label[1]}">'
        f"{escape(shape.name)}</text>"
        for shape in drawn.borders
    ]
    return _safe(parts)


def _safe(parts: Iterable[Any]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 (each part is escaped where it is made)
