"""The template of some indicators, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from jcoc.city.models import Level
from jcoc.indicators.models import Indicator
from jcoc.indicators.periods import PeriodType, containing, following
from jcoc.indicators.spreadsheet.previewing import known_places
from jcoc.indicators.spreadsheet.template import Heading, make
from jcoc.indicators.wording import period_words
from jcoc.trail import compute

#: How many periods a template has: the newest ones that are over.
PERIODS = {
    PeriodType.DAY: 31,
    PeriodType.WEEK: 13,
    PeriodType.MONTH: 12,
    PeriodType.QUARTER: 8,
    PeriodType.SEMESTER: 6,
    PeriodType.YEAR: 5,
    PeriodType.SCHOOL_YEAR: 5,
}


def template_of(indicators: Sequence[Indicator], level: str, today: date) -> bytes:
    type_ = PeriodType(indicators[0].period_type)
    newest = following(containing(type_, today), -1)
    told_for = [following(newest, -back) for back in range(PERIODS[type_] - 1, -1, -1)]
    periods = [(each, period_words(each)) for each in told_for]
    told = {each for indicator in indicators for each in indicator.levels}
    levels = [level] if level else [each.value for each in Level if each in told]
    headings = [Heading(each.code, each.name) for each in indicators]
    words = {
        "title": indicators[0].name if len(indicators) == 1 else _("Values of indicators"),
        "sheet": _("Values"),
        "guide": _("Guide"),
        "code": _("Code of the place"),
        "place": _("Place"),
        "kecamatan": str(Level.KECAMATAN.label).capitalize(),
        "levels": " ".join(levels),
    }
    guide = [
        (_("Code of the place"), _("The Kemendagri code. Leave it as it is: by it each row is known.")),
        (_("Place"), _("The name, for people; rows may be left out.")),
        (
            _("Period"),
            _("Written as in the headings, such as %(words)s, or as a code: %(code)s.")
            % {"words": periods[-1][1], "code": newest},
        ),
        (_("Value"), _("The number alone, without unit or formula. Empty or “-”: there is no value.")),
        ("–", _("A grey cell: the place did not exist at the end of that period.")),
    ]
    guide += [(each.name, f"{each.unit_symbol}. {each.method}") for each in indicators]
    return compute.within(60, make, headings, known_places(), periods, words, guide)
