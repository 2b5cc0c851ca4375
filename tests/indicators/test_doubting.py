from __future__ import annotations

import pytest

from jcoc.indicators.doubting import doubts


@pytest.mark.parametrize(
    ("value", "unit", "rules"),
    [
        (-7.0, "{person}", ["negative"]),
        (8110.0, "%", ["percent_range"]),
        (350.5, "{person}", ["not_whole"]),
        (-3.0, "Cel", []),
        (81.1, "%", []),
    ],
)
def test_what_a_unit_cannot_be(value: float, unit: str, rules: list[str]) -> None:
    assert [rule for rule, _facts in doubts(value, unit)] == rules


def test_another_magnitude_than_what_stands_is_usual_or_is_largest() -> None:
    assert doubts(8350.0, "{report}", standing=835) == [("far_from_standing", {"standing": 835})]
    assert doubts(900.0, "{report}", standing=835, largest=1.0) == [("far_off", {"largest": 1.0})]
    assert doubts(83.0, "{report}", usual=[830, 840, 850]) == [("far_from_usual", {"usual": 840})]
    assert doubts(83.0, "{report}", usual=[830, 840]) == []
