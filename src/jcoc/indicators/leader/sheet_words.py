"""What the leader's sheet says, as plain values for the compute worker."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jcoc.city.context import city_name
from jcoc.indicators.leader import presenting
from jcoc.indicators.leader.gathering import Gathered
from jcoc.indicators.leader.overview import Since
from jcoc.web import dimensions, formats
from jcoc.web.icons import ICONS

#: Rows that stand on the page: what one list does not need the next may have.
BEHIND, BEHIND_AND_MOVED, SILENT = 8, 16, 5
SOURCES = 8
#: Longer names are cut at a word; the row of a list is two lines high.
LONGEST = 90


def sheet_data(gathered: Gathered, since: Since, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    behind, moved, silent = (
        make(gathered, today) for make in (presenting.behind, presenting.moved, presenting.silent)
    )
    # Rows of the last list are lower: two of them are the room of one.
    room = BEHIND_AND_MOVED - min(len(behind), BEHIND) + (SILENT - min(len(silent), SILENT)) // 2
    shown = [*behind[:BEHIND], *moved[:room], *silent[:SILENT]]
    total = gathered.overview.total
    return {
        "language": get_language() or "id",
        "city": city_name(),
        "title": _("The city's indicators at a glance"),
        "made": _("as of %(moment)s WIB") % {"moment": formats.moment(now)},
        "since": str(presenting.SINCE[since]),
        "all": _tile(presenting.tile(total), _("All six dimensions"), ""),
        "dimensions": [
            _tile(presenting.tile(each), dimensions.word(each.code), each.code)
            for each in gathered.overview.dimensions
        ],
        "icons": {code: _icon(code) for code in dimensions.names},
        "lists": [
            _list(
                "behind", _("Furthest behind the target"), behind, BEHIND, _("Nothing is behind its target.")
            ),
            _list(
                "moved",
                _("What moved most"),
                moved,
                room,
                _("Nothing moved, or there is nothing to compare with."),
            ),
            _list(
                "silent",
                _("Old, or without a value"),
                silent,
                SILENT,
                _("No figure is overdue."),
            ),
        ],
        "words": {
            "on_path": _("of those with a target are on path"),
            "asked": _("target"),
            "provisional": _("provisional"),
            "few": _("few readings"),
            "sources": _("Sources"),
            "method": _(
                "City-wide values of periods that are over. Furthest behind: by the gap's share of the larger of value "
                "and target. Moved most: by how many times its usual change, the median change of the same indicator; "
                "as usual: within the limits of an individuals chart (XmR). Old: since its period two further ones "
                "have passed; what was published once is never old."
            ),
        },
        "sources": _sources(shown),
    }


def _tile(tile: presenting.Tile, name: str, code: str) -> dict[str, Any]:
    count = tile.count
    return {
        "code": code,
        "name": name,
        "kept": count.kept,
        "judged": count.judged,
        "indicators": ngettext("%(n)d indicator", "%(n)d indicators", count.indicators)
        % {"n": count.indicators},
        "old": ngettext("%(n)d old", "%(n)d old", count.old) % {"n": count.old} if count.old else "",
        "parts": [{"bucket": p.bucket.value, "word": p.word, "count": p.count} for p in tile.parts],
    }


def _list(kind: str, title: str, rows: list[presenting.Row], most: int, empty: str) -> dict[str, Any]:
    left = len(rows) - most
    return {
        "kind": kind,
        "title": title,
        "count": len(rows),
        "rows": [asdict(row) | {"name": shorten(row.name)} for row in rows[:most]],
        "empty": empty,
        "more": _("and %(n)d more, on the page of jcoc") % {"n": left} if left > 0 else "",
    }


def _sources(rows: list[presenting.Row]) -> str:
    found = presenting.sources(rows)
    left = len(found) - SOURCES
    text = "; ".join(shorten(each) for each in found[:SOURCES])
    more = _("and %(n)d more, on the page of jcoc") % {"n": left}
    return f"{text}; {more}" if left > 0 else text


def shorten(text: str, most: int = LONGEST) -> str:
    """Cut at a word where it is too long, and so that it shows."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–") + "…"


def _icon(code: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="COLOUR" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round"><path d="{ICONS[code]}"/></svg>'
    )
