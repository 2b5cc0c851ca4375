"""All indicators by dimension and sub-dimension, each with its newest city-wide value; those with a target first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jcoc.indicators import lookup
from jcoc.indicators.dimensions import CODES, DIMENSIONS
from jcoc.indicators.drawing.course import Spark, spark
from jcoc.indicators.judging import few_readings, weighs_hours
from jcoc.indicators.models import Indicator, Origin, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.standing import Path, Standing, expected
from jcoc.indicators.views.common import READERS
from jcoc.indicators.views.flags import closable
from jcoc.indicators.wording import STANDINGS
from jcoc.trail.access import allow

PAGE = 100
TREND = 24
#: Of a sub-dimension more than so many without a target are folded away.
UNFOLDED = 3
_ORDER = {sub: i for i, sub in enumerate(sub for each in DIMENSIONS for sub in each.sub_dimensions)}


@dataclass
class Line:
    """One indicator as the list shows it."""

    indicator: Indicator
    newest: Value | None
    path: Path
    standing: Standing
    trend: Spark | None = None

    @property
    def period(self) -> Period | None:
        return self.indicator.period_of(self.newest.start) if self.newest else None

    @property
    def asked(self) -> float | None:
        return expected(self.path, self.newest.end) if self.newest else None


@dataclass
class Group:
    """The indicators of a sub-dimension."""

    sub: str
    lines: list[Line]
    folded: list[Line]


@dataclass
class Section:
    """The indicators of a dimension, as far as the page has them."""

    dimension: str
    groups: list[Group]
    count: int
    behind: int


@allow(*READERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    filters = {name: request.GET.get(name, "") for name in ("dimension", "standing", "origin", "retired")}
    found = Indicator.objects.visible(request.principal)  # type: ignore[attr-defined]
    retired = bool(filters["retired"])
    found = found.filter(retired__isnull=not retired)
    if query:
        found = found.filter(
            Q(name_id__icontains=query) | Q(name_en__icontains=query) | Q(code__icontains=query)
            | Q(owner__icontains=query)
        )  # fmt: skip
    if filters["dimension"] in CODES:
        found = found.filter(dimension=filters["dimension"])
    lines = _lines(list(found))
    if filters["standing"] in list(Standing):
        lines = [line for line in lines if line.standing == filters["standing"]]
    if filters["origin"] in Origin.values:
        lines = [line for line in lines if line.newest and line.newest.origin == filters["origin"]]
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    _attach_trends(list(page))
    context = {
        "page_obj": page,
        "sections": _sections(list(page)),
        "query": query,
        "filters": filters,
        "filtered": bool(query or filters["dimension"] or filters["standing"] or filters["origin"]),
        "standings": STANDINGS.items(),
        "origins": Origin.choices,
        "others": _others(request, retired),
        "to_answer": closable(request).open().count(),
        "today": timezone.localdate(),
    }
    return render(request, "indicators/list.html", context)


def _lines(indicators: list[Indicator]) -> list[Line]:
    keys = [indicator.pk for indicator in indicators]
    newest, paths = lookup.newest_of_city(keys, 1), lookup.paths(keys)
    found = []
    for indicator in indicators:
        value, path = next(iter(newest.get(indicator.pk, ())), None), paths.get(indicator.pk, ())
        stands = lookup.standing_of(indicator, value, path) if value else Standing.NONE
        found.append(Line(indicator, value, path, stands))
    return sorted(found, key=_place)


def _place(line: Line) -> tuple[int, int, bool, str]:
    indicator = line.indicator
    return (
        CODES.index(indicator.dimension),
        _ORDER[indicator.sub_dimension],
        not line.path,
        indicator.name.lower(),
    )


def _attach_trends(lines: list[Line]) -> None:
    courses = lookup.newest_of_city([line.indicator.pk for line in lines], TREND)
    for line in lines:
        course = courses.get(line.indicator.pk, [])
        few = few_readings(course, hourly=weighs_hours(line.indicator))
        told = [value for value in course if value.value is not None and value.start not in few]
        numbers = [value.value for value in told if value.value is not None]
        line.trend = spark(numbers, [expected(line.path, value.end) for value in told])


def _sections(lines: list[Line]) -> list[Section]:
    found = []
    for dimension, those in groupby(lines, lambda line: line.indicator.dimension):
        inside = list(those)
        groups = [
            _group(sub, list(group))
            for sub, group in groupby(inside, lambda line: line.indicator.sub_dimension)
        ]
        behind = sum(line.standing is Standing.BEHIND for line in inside)
        found.append(Section(dimension, groups, len(inside), behind))
    return found


def _group(sub: str, lines: list[Line]) -> Group:
    aimed = [line for line in lines if line.path]
    others = lines[len(aimed) :]
    return Group(sub, aimed, others) if len(others) > UNFOLDED else Group(sub, lines, [])


def _others(request: HttpRequest, retired: bool) -> int:
    """How many there are on the other list: of those in use, the retired ones; and the other way round."""
    seen = Indicator.objects.visible(request.principal)  # type: ignore[attr-defined]
    return seen.filter(retired__isnull=retired).count()
