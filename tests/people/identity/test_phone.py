from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.people.identity.phone import PhoneFault, parse


@pytest.mark.parametrize(
    "text",
    [
        "081234567890",
        "+6281234567890",
        "6281234567890",
        "0812-3456-7890",
        "(0812) 3456 7890",
        "+62 812.3456.7890",
    ],
)
def test_one_number_in_its_forms(text: str) -> None:
    """The first three as in the gem nik_parser, spec/phone_spec.rb."""
    assert parse(text) == "+6281234567890"


def test_other_numbers() -> None:
    assert parse("0741 60000") == "+6274160000"  # a fixed line of Jambi
    assert parse("+60 12 345 6789") == "+60123456789"


@pytest.mark.parametrize(
    "text", ["", "0", "112", "0812", "12345678", "0062812345678", "+0812345678", "0812x34567890", "08123456789012345",
             "+6281234567890123456", "٠٨١٢٣٤٥٦٧٨٩٠", "+620812345678"]
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(PhoneFault, match="telephone number of Indonesia"):
        parse(text)


@given(st.text("0123456789+- ()", max_size=20))
def test_what_is_read_is_e164_and_stays_so(text: str) -> None:
    try:
        number = parse(text)
    except PhoneFault:
        return
    assert number[0] == "+"
    assert number[1:].isdigit()
    assert 8 <= len(number) <= 16
    assert parse(number) == number
