"""A declared source comes back from JSON as it was; what is none is refused by name."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.declaration import Entered, Function, OfStreams, Ratio, Source, Tally
from jcoc.indicators.stored import as_json, from_json

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TALLIES = st.builds(Tally, st.text(), st.text())
SOURCES = st.one_of(
    st.builds(
        OfStreams,
        function=st.sampled_from(Function),
        observed_property=st.text(),
        datastreams=st.lists(st.text()).map(tuple),
        threshold=st.none() | NUMBERS,
        factor=NUMBERS,
    ),
    TALLIES,
    st.builds(Ratio, numerator=TALLIES, denominator=TALLIES, factor=NUMBERS),
    st.just(Entered()),
)


@given(SOURCES)
def test_a_source_comes_back_as_it_was(source: Source) -> None:
    kept = as_json(source)
    assert from_json(json.loads(json.dumps(kept))) == source
    assert json.loads(json.dumps(kept)) == kept, "what the database gives back equals what was kept"


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ({}, "None is no kind of source; there are streams, tally, ratio, entered."),
        ({"kind": "rows"}, "'rows' is no kind of source"),
        ({"kind": ["streams"]}, r"\['streams'\] is no kind of source"),
        ({"kind": "tally"}, "`rows`"),
        ({"kind": "streams", "function": "median"}, "Invalid enum value 'median'"),
        ({"kind": "streams", "function": "mean", "factr": 100}, "there is no field “factr”"),
        ({"kind": "tally", "rows": "works", "colum": "hours"}, "there is no field “colum”"),
        (
            {"kind": "ratio", "numerator": {"rows": "a", "colum": "b"}, "denominator": {"rows": "a"}},
            "there is no field “numerator.colum”",
        ),
    ],
)
def test_what_is_no_source_is_refused_and_why_is_said(kept: dict[str, Any], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        from_json(kept)
