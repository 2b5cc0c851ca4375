"""Units: what the readings are told in, and what the indicator is."""

from __future__ import annotations

from typing import Any

import pytest

from jcoc.indicators.declaration import Function, OfStreams
from jcoc.indicators.unitfit import _MEASURES, misfit, unit_of
from jcoc.indicators.units import UNITS


def said(unit: str, symbol: str, function: Function = Function.MEAN, **fields: Any) -> str:
    wrong = misfit(OfStreams(function=function, observed_property="x", **fields), unit, symbol)
    return str(wrong) if wrong else ""


@pytest.mark.parametrize(
    "symbol", ["µg/m³", "\N{GREEK SMALL LETTER MU}g/m³", "ug/m3", "µg / m3", "mikrogram per meter kubik"]
)
def test_one_unit_is_written_in_many_ways(symbol: str) -> None:
    assert unit_of(symbol) is UNITS["ug/m3"]


def test_every_unit_is_found_by_its_code() -> None:
    assert {code: found.code if (found := unit_of(code)) else "" for code in UNITS} == {c: c for c in UNITS}
    assert unit_of("") is None and unit_of("parsec") is None


def test_the_measures_name_units_that_there_are_each_once() -> None:
    named = [code for measure in _MEASURES for code in measure]
    assert len(named) == len(set(named)) and UNITS.keys() >= set(named)


#: Factors from the SI Brochure (9th edition): an hour has 3600 s, a litre is 0.001 m³, a tonne 1000 kg.
@pytest.mark.parametrize(
    ("symbol", "unit", "factor"),
    [
        ("mg/m³", "ug/m3", 1000.0), ("µg/m³", "mg/m3", 0.001), ("s", "min", 1 / 60), ("cm", "m", 0.01),
        ("L/s", "m3/h", 3.6), ("m³/s", "L/s", 1000.0), ("kg", "t", 0.001), ("m/s", "km/h", 3.6), ("ha", "km2", 0.01),
        ("m", "m", 1.0),
    ],
)  # fmt: skip
def test_between_units_of_the_same_there_is_one_right_factor(symbol: str, unit: str, factor: float) -> None:
    assert not said(unit, symbol, factor=factor)
    wrong = said(unit, symbol, factor=factor * 1.01)
    assert f"the factor is {factor:.7g}, not {factor * 1.01:.7g}" in wrong
    if factor != 1:
        assert "not 1" in said(unit, symbol)


def test_what_measures_another_thing_needs_a_factor() -> None:
    assert said("ug/m3", "[ppb]") == (
        "Its datastreams are told in [ppb], the indicator in ug/m3. Give the factor that makes one of the other."
    )
    assert not said("ug/m3", "ppb", factor=1.88)  # of NO₂ at 25 °C
    assert "Give the factor" in said("m", "parsec")
    assert not said("kW.h", "kW", factor=24.0)


def test_what_says_no_unit_becomes_none() -> None:
    assert "say no unit" in said("m", "")
    assert not said("{index}", "") and not said("{visit}", "orang") and not said("1", "")
    assert "Give the factor" in said("{person}", "m")
    assert "Give the factor" in said("m", "orang")


def test_a_sum_of_what_flows_in_an_hour_is_what_has_flown() -> None:
    assert not said("m3", "m³/h", Function.SUM)
    assert said("m3", "m³/h", Function.MEAN) and said("t", "m³/h", Function.SUM)


def test_a_count_and_a_share_have_units_of_their_own() -> None:
    assert not said("{event}", "m", Function.COUNT) and said("m", "m", Function.COUNT)
    assert not said("%", "m", Function.SHARE_ABOVE, threshold=1.0)
    assert said("m", "m", Function.SHARE_ABOVE, threshold=1.0) == (
        "A share of the readings is told in %, not in m."
    )
