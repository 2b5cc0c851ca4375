"""Every unit's code is one that UCUM knows."""

from __future__ import annotations

import re

import pytest

from jcoc.indicators.units import UNITS

#: From ucum-essence.xml of UCUM 2.2 (https://ucum.org): those of its units that take a prefix (isMetric="yes"), those
#: that take none, and the prefixes.
METRIC = {"m", "s", "g", "L", "t", "ar", "W", "S", "bar", "B", "Cel"}
PLAIN = {"%", "[ppm]", "[ppb]", "[NTU]", "[pH]", "min", "h", "d", "wk", "mo", "a"}
PREFIXES = set("YZEPTGMkhdcmunpfazy") | {"da"}
#: Not of UCUM: money by ISO 4217, and what is counted in 100,000 residents (UCUM would write /10*5).
OTHERS = {"IDR", "/100000"}

_PART = re.compile(r"(?P<unit>\[[^\]]+\]|[A-Za-z%]+)?(?P<power>[0-9]+)?(?P<words>\{[^{}]+\})?")


def known(part: str) -> bool:
    found = _PART.fullmatch(part)
    if not part or not found:
        return False
    unit = found["unit"]
    if unit is None:
        return bool(found["power"] or found["words"])
    prefixed = any(unit.startswith(p) and unit.removeprefix(p) in METRIC for p in PREFIXES)
    return unit in METRIC | PLAIN or prefixed


@pytest.mark.parametrize("code", sorted(set(UNITS) - OTHERS))
def test_a_code_is_made_of_what_ucum_knows(code: str) -> None:
    assert all(known(part) for part in re.split(r"[./]", code))


@pytest.mark.parametrize("code", ["ha", "NTU", "sec", "kmin", "degC", "kWh", "m³", "{person", ""])
def test_the_check_tells_what_ucum_does_not_know(code: str) -> None:
    assert not all(known(part) for part in re.split(r"[./]", code))


def test_a_unit_has_a_name_in_both_languages_and_no_two_are_told_alike() -> None:
    for unit in UNITS.values():
        assert unit.name.id
        assert unit.name.en
        assert len(unit.code) <= 30
    for language in ("id", "en"):
        symbols = [unit.symbol.in_(language) for unit in UNITS.values()]
        assert len(set(symbols)) == len(symbols)
