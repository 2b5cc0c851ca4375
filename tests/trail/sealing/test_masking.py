from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.sealing.masking import DOTS, SHOWN, Kind, mask


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("1571010101900001", "number", "••••0001"),
        ("+6281200001234", "phone", "••••234"),
        ("Siti Aminah Contoh", "name", "S••• A•••"),
        ("siti@contoh.example", "email", "••••@••••"),
        ("Jl. Contoh 1, RT 04", "hidden", "••••"),
        ("1990-01-01", "hidden", "••••"),
        ("1234567", "number", "••••7"),
        ("123", "number", "••••"),
        ("", "number", ""),
        ("Adi", "name", "••••"),
    ],
)
def test_a_mask_shows_the_end_or_initials(text: str, kind: str, shown: str) -> None:
    assert mask(text, kind) == shown


@given(st.text(alphabet=st.characters(exclude_characters="•"), max_size=60), st.sampled_from(Kind))
def test_a_mask_shows_at_most_four_characters_and_a_quarter(text: str, kind: Kind) -> None:
    shown = mask(text, kind).replace("•", "").replace(" ", "")
    if kind is Kind.EMAIL:
        assert shown in ("", "@")
    else:
        assert len(shown) <= min(SHOWN, len(text) // 4)


@given(st.text(min_size=16, max_size=60), st.sampled_from([Kind.NUMBER, Kind.HIDDEN]))
def test_a_mask_does_not_tell_the_length(text: str, kind: Kind) -> None:
    assert len(mask(text, kind)) == len(DOTS) + (SHOWN if kind is Kind.NUMBER else 0)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        mask("x", "colour")
