from __future__ import annotations

import pytest
from django.utils.translation import override

from jcoc.indicators.models import Flag, Indicator, Value
from jcoc.indicators.said import say
from jcoc.indicators.wording import flag_sides


@pytest.mark.parametrize(
    ("kept", "recomputed", "told"),
    [
        ("350.0", "145.46854838709677", ("350,0\u00a0m", "145,5\u00a0m")),
        ("5.0", "5.0000000001", ("5.0", "5.0000000001")),
        ("5.0", say("none"), ("5.0", "tanpa nilai")),
    ],
)
def test_both_sides_have_their_unit_and_differ(kept: str, recomputed: str, told: tuple[str, str]) -> None:
    value = Value(indicator=Indicator(unit_code="m", decimals=1))
    with override("id"):
        assert flag_sides(Flag(value=value, kept=kept, recomputed=recomputed)) == told
