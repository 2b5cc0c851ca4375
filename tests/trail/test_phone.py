"""Reference: libphonenumber's metadata for ID (python-phonenumbers, region_ID.py): pattern and example number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.phone import NotANumber, as_dialled, digits_only, e164

#: PHONE_METADATA_ID.mobile.national_number_pattern.
REFERENCE = re.compile(r"8[1-35-9]\d{7,10}")


@pytest.mark.parametrize(
    "text",
    [
        "0812345678", "812345678", "62812345678", "+62812345678", "+62 812-345-678", "(0812) 345 678", "0812.345.678",
        "+62 (0)812 345 678", "0812\u2013345\u00a0678",
    ],
)  # fmt: skip
def test_the_reference_example_in_every_form(text: str) -> None:
    assert e164(text) == "+62812345678"  # mobile.example_number of the metadata


@given(st.from_regex(r"[0-9]{1,14}", fullmatch=True))
def test_what_is_mobile_is_what_the_reference_says(national: str) -> None:
    if national.startswith(("0", "628")):  # read as a prefix, which the reference does before
        return
    try:
        accepted = e164(f"0{national}") == f"+62{national}"
    except NotANumber:
        accepted = False
    assert accepted == bool(REFERENCE.fullmatch(national))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number-empty"),
        (" - ", "number-empty"),
        ("0812 345 67x", "number-signs"),
        ("٠٨١٢٣٤٥٦٧٨", "number-signs"),
        ("+", "number-signs"),
        ("0812345", "number-length"),
        ("08123456789012", "number-length"),
        ("0741 60123", "number-landline"),  # Jambi's area code
        ("021 8350123", "number-landline"),  # fixed_line.example_number
        ("084123456789", "number-landline"),  # 84 is no mobile prefix
        ("1500123", "number-landline"),
        ("+1234567", "number-length"),  # E.164: at least a country and a number
        ("+4915112345678901", "number-length"),  # E.164: at most fifteen digits
    ],
)
def test_what_no_message_can_go_to(text: str, code: str) -> None:
    with pytest.raises(NotANumber) as caught:
        e164(text)
    assert caught.value.code == code


def test_a_landline_is_a_number_where_no_message_goes() -> None:
    assert e164("0741 60000", takes_messages=False) == "+6274160000"
    assert e164("62 741 60000", takes_messages=False) == "+6274160000"
    assert e164("021 8350123", takes_messages=False) == "+62218350123"  # fixed_line.example_number


@pytest.mark.parametrize(
    "text", ["", "0", "112", "0812", "12345678", "0062812345678", "+0812345678", "0812x34567890", "08123456789012345",
             "+6281234567890123456", "٠٨١٢٣٤٥٦٧٨٩٠", "081234567"]
)  # fmt: skip
def test_what_is_no_number_at_all(text: str) -> None:
    with pytest.raises(NotANumber):
        e164(text, takes_messages=False)


@given(st.text("0123456789+- ()", max_size=20))
def test_both_readings_agree_and_stay_so(text: str) -> None:
    """Whatever takes a message is the same number where none need go; what is read is read again as itself."""
    found = {}
    for takes_messages in (True, False):
        try:
            found[takes_messages] = e164(text, takes_messages=takes_messages)
        except NotANumber:
            continue
    for takes_messages, number in found.items():
        assert number[0] == "+"
        assert 8 <= len(number) <= 16
        assert e164(number, takes_messages=takes_messages) == number
    assert True not in found or found[False] == found[True]


def test_a_foreign_number_needs_its_plus() -> None:
    assert e164("+65 8123 4567") == "+6581234567"


def test_the_forms_that_gateways_want() -> None:
    assert digits_only("+62812345678") == "62812345678"
    assert as_dialled("+62812345678") == "0812345678"
    assert as_dialled("+6581234567") == "+6581234567"
