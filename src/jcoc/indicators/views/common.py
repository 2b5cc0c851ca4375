"""What several of the pages need: who may open them, and which indicator, place and period an address names."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, override

from jcoc.city.models import Place
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period, PeriodError, PeriodType, parse
from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER, EVERYONE, ROLES

#: A public figure is for everybody; the roles stand here besides, so that the menu shows the way to those who have one.
READERS = (*ROLES, EVERYONE)
CORRECTORS = (ADMINISTRATOR, AGENCY_OFFICER)


def indicator_of(request: HttpRequest, code: str) -> Indicator:
    seen = Indicator.objects.visible(request.principal)  # type: ignore[attr-defined]
    return get_object_or_404(seen, code=code)


def period_of(indicator: Indicator, code: str) -> Period:
    try:
        return parse(PeriodType(indicator.period_type), code)
    except PeriodError:
        raise Http404 from None


def value_of(request: HttpRequest, code: str, place: str, period: str) -> Value:
    """The value in force; 404 where there is none that this reader may see."""
    indicator = indicator_of(request, code)
    told = Value.objects.current().select_related("place", "place__parent")
    value = get_object_or_404(
        told, indicator=indicator, place__code=place, start=period_of(indicator, period).start
    )
    value.indicator = indicator
    return value


def may_correct(request: HttpRequest, indicator: Indicator, place: Place | None = None) -> bool:
    """Whether the reader corrects values of the indicator there: an officer those of the own programme."""
    principal = request.principal  # type: ignore[attr-defined]
    if not principal:
        return False
    held: bool = principal.holds(*CORRECTORS, place=place, programme=indicator.declared_by)
    return held


def in_language(pieces: Iterator[str]) -> Iterator[str]:
    """Pieces that are made while they are sent, in the language of the request: by then another may be active."""
    language = get_language()

    def told() -> Iterator[str]:
        while True:
            with override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return told()
