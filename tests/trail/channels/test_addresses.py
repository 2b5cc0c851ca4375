from __future__ import annotations

import pytest

from jcoc.trail.channels.addresses import BadAddress, normal


@pytest.mark.parametrize(
    ("channel", "written", "kept"),
    [
        ("email", " Warga.Uji@Example.NET ", "Warga.Uji@example.net"),
        ("gateway", "0812-345-678", "+62812345678"),
        ("letter", "  Warga  Uji \r\n\n Jl. Contoh 1\nKota Jambi ", "Warga Uji\nJl. Contoh 1\nKota Jambi"),
    ],
)
def test_an_address_has_one_form(channel: str, written: str, kept: str) -> None:
    assert normal(channel, written) == kept


@pytest.mark.parametrize(
    ("channel", "written", "code"),
    [
        ("email", "", "mail-empty"),
        ("email", "warga", "mail-form"),
        ("email", "a@example.net\nBcc: b@example.net", "mail-form"),
        ("email", "a@example.net, b@example.net", "mail-form"),
        ("gateway", "0741 60123", "number-landline"),
        ("letter", " \n ", "letter-empty"),
        ("letter", "a\nb\nc\nd\ne\nf\ng", "letter-long"),
        ("letter", "x" * 61, "letter-long"),
    ],
)
def test_a_bad_address_says_why(channel: str, written: str, code: str) -> None:
    with pytest.raises(BadAddress) as caught:
        normal(channel, written)
    assert caught.value.code == code
