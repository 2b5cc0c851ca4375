"""Any single change, removal, swap or insertion in a chain is found, and told with its number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.audit.chain import GENESIS, Link, link_hash
from jcoc.trail.audit.verifying import TOLD, Fault, Verdict, verify

Row = tuple[Link, str]


def chain(length: int, words: Callable[[int], str] = str) -> list[Row]:
    rows, previous = [], GENESIS
    for seq in range(1, length + 1):
        at = f"2026-11-24T01:02:03.{seq:06d}Z"
        link = Link(seq, at, "user-7", "city.load", "city.place", words(seq), "", "ab" * 32, "", "", previous)
        previous = link_hash(link)
        rows.append((link, previous))
    return rows


def head(rows: list[Row]) -> tuple[int, str]:
    return rows[-1][0].seq, rows[-1][1]


def told(verdict: Verdict) -> list[tuple[str, int]]:
    return [(fault.kind, fault.seq) for fault in verdict.faults]


def rehashed(link: Link) -> Row:
    return link, link_hash(link)


def renumbered(row: Row, by: int) -> Row:
    return row[0]._replace(seq=row[0].seq + by), row[1]


def test_the_hash_is_what_thirty_lines_of_anybodys_make_of_an_entry() -> None:
    """The documented byte form, with json and hashlib alone; the digest was made by sha256sum."""
    link = Link(1, "2026-11-24T01:02:03.000004Z", "user-7", "a", "k", "o", "", "", '{"n":1}', "", GENESIS)
    text = '[1,"2026-11-24T01:02:03.000004Z","user-7","a","k","o","","","{\\"n\\":1}","","' + "0" * 64 + '"]'
    assert json.loads(text) == list(link)
    assert link_hash(link) == hashlib.sha256(text.encode()).hexdigest()
    assert link_hash(link) == "b17334a8f56ba49d15c98e019eb68307a9b20b142623a93c391fdd579c7eea79"


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=10, max_size=10),
    st.integers(1, 2**62),
)
def test_the_bytes_are_those_of_the_standard_library(texts: list[str], seq: int) -> None:
    link = Link(seq, *texts)
    text = json.dumps(list(link), ensure_ascii=False, separators=(",", ":"))
    assert link_hash(link) == hashlib.sha256(text.encode()).hexdigest()


def test_a_whole_chain_is_whole() -> None:
    rows = chain(20, lambda seq: f"Kenali Besar – {seq}")
    verdict = verify(rows, head(rows), signed={7: rows[6][1]})
    assert verdict.whole
    assert (verdict.entries, verdict.seq, verdict.hash) == (20, 20, rows[-1][1])
    assert verify([], (0, GENESIS)).whole


def test_a_part_can_be_verified_from_an_entry_on() -> None:
    rows = chain(20)
    assert verify(rows[10:], head(rows), after=(10, rows[9][1])).whole
    assert told(verify(rows[10:], head(rows), after=(10, rows[8][1]))) == [("rewritten", 10)]


@pytest.mark.parametrize("field", [name for name in Link._fields if name not in ("seq", "previous")])
def test_a_changed_field_is_named_by_its_entry(field: str) -> None:
    rows = chain(9)
    rows[4] = (rows[4][0]._replace(**{field: "x"}), rows[4][1])
    assert told(verify(rows, head(rows))) == [("changed", 5)]


def test_a_changed_hash_is_found() -> None:
    rows = chain(9)
    rows[4] = (rows[4][0], "f" * 64)
    assert told(verify(rows, head(rows))) == [("changed", 5)]


def test_an_entry_rewritten_with_its_hash_does_not_fit_the_next() -> None:
    rows = chain(9)
    rows[4] = rehashed(rows[4][0]._replace(actor="user-8"))
    assert told(verify(rows, head(rows))) == [("rewritten", 5)]


def test_the_newest_entry_rewritten_does_not_fit_the_head() -> None:
    rows = chain(9)
    end = head(rows)
    rows[8] = rehashed(rows[8][0]._replace(actor="user-8"))
    assert told(verify(rows, end)) == [("head", 9)]


def test_missing_entries_are_named() -> None:
    rows = chain(9)
    assert told(verify(rows[:3] + rows[4:], head(rows))) == [("missing", 4)]
    verdict = verify(rows[:3] + rows[6:], head(rows))
    assert verdict.faults == [Fault("missing_many", 4, 6)]
    assert str(verdict.faults[0]) == "Entries 4 to 6 are missing."
    assert told(verify(rows[1:], head(rows))) == [("missing", 1)]


def test_a_chain_cut_short_ends_before_its_head() -> None:
    rows = chain(9)
    assert verify(rows[:6], head(rows)).faults == [Fault("cut", 7, 9)]
    assert verify([], head(rows)).faults == [Fault("cut", 1, 9)]


def test_what_stands_beyond_the_head_is_told_once() -> None:
    rows = chain(9)
    assert told(verify(rows, head(rows[:6]))) == [("beyond", 7)]


def test_a_removal_numbered_over_is_told_once() -> None:
    rows = chain(30)
    rest = rows[:9] + [renumbered(row, -1) for row in rows[10:]]
    assert told(verify(rest, (29, rows[-1][1]))) == [("taken_out", 10)]
    assert told(verify(rest, head(rows))) == [("taken_out", 10)]


def test_an_insertion_numbered_over_is_told_once() -> None:
    rows = chain(30)
    put_in = rehashed(rows[9][0]._replace(actor="user-8"))
    verdict = verify(rows[:9] + [put_in] + [renumbered(row, 1) for row in rows[9:]], head(rows))
    assert told(verdict) == [("inserted", 10)]


def test_entries_that_changed_places_are_told_as_such() -> None:
    rows = chain(30)
    for first, second in ((4, 5), (4, 25)):
        swapped = list(rows)
        swapped[first] = (rows[second][0]._replace(seq=first + 1), rows[second][1])
        swapped[second] = (rows[first][0]._replace(seq=second + 1), rows[first][1])
        verdict = verify(swapped, head(rows))
        assert verdict.faults == [
            Fault("moved", first + 1, second + 1),
            Fault("moved", second + 1, first + 1),
        ]


def test_rows_out_of_order_are_told() -> None:
    rows = chain(9)
    assert ("repeated", 4) in told(verify([*rows[:5], rows[3], *rows[5:]], head(rows)))


def test_a_signed_head_binds_what_was_before_it() -> None:
    rows = chain(9)
    anew = chain(9, lambda seq: f"other {seq}")
    assert verify(anew, head(anew)).whole  # made anew altogether: the chain alone cannot tell
    assert told(verify(anew, head(anew), signed={6: rows[5][1]})) == [("signed", 6)]
    assert told(verify(anew[:5], head(anew[:5]), signed={6: rows[5][1]})) == [("signed_missing", 6)]


def test_many_faults_are_counted_not_all_told() -> None:
    rows = [(link._replace(actor="x"), stored) for link, stored in chain(TOLD + 50)]
    verdict = verify(rows, head(rows))
    assert len(verdict.faults) == TOLD
    assert verdict.untold == 50


def test_progress_is_told() -> None:
    heard: list[int] = []
    rows = chain(12_000)
    verify(rows, head(rows), progress=heard.append)
    assert heard == [5_000, 10_000, 12_000]


LENGTH = 24
WHOLE = chain(LENGTH)


@given(st.integers(0, LENGTH - 1), st.sampled_from(Link._fields[1:]), st.text(max_size=3), st.booleans())
def test_any_change_is_found(place: int, field: str, value: str, hash_too: bool) -> None:
    link, stored = WHOLE[place]
    other = link._replace(**{field: value})
    if other == link:
        return
    rows = list(WHOLE)
    rows[place] = rehashed(other) if hash_too else (other, stored)
    verdict = verify(rows, head(WHOLE))
    assert not verdict.whole
    assert {fault.seq for fault in verdict.faults} <= {place, place + 1, 1}


@given(st.integers(0, LENGTH - 1), st.booleans())
def test_any_removal_is_found(place: int, numbered_over: bool) -> None:
    rest = [renumbered(row, -1) for row in WHOLE[place + 1 :]] if numbered_over else WHOLE[place + 1 :]
    rows = WHOLE[:place] + rest
    end = (LENGTH - 1, WHOLE[-1][1]) if numbered_over and rest else head(WHOLE)
    verdict = verify(rows, end)
    assert verdict.faults[0].seq == place + 1


@given(st.integers(0, LENGTH), st.text(max_size=3), st.booleans())
def test_any_insertion_is_found(place: int, what: str, linked: bool) -> None:
    before = WHOLE[place - 1][1] if place and linked else GENESIS
    put_in = rehashed(WHOLE[0][0]._replace(seq=place + 1, object=what, previous=before))
    rows = [*WHOLE[:place], put_in, *(renumbered(row, 1) for row in WHOLE[place:])]
    verdict = verify(rows, head(WHOLE))
    assert not verdict.whole
    assert place <= verdict.faults[0].seq <= place + 2


@given(st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_any_swap_is_found(first: int, second: int) -> None:
    if first == second:
        return
    rows = list(WHOLE)
    rows[first] = (WHOLE[second][0]._replace(seq=first + 1), WHOLE[second][1])
    rows[second] = (WHOLE[first][0]._replace(seq=second + 1), WHOLE[first][1])
    verdict = verify(rows, head(WHOLE))
    assert {fault.seq for fault in verdict.faults} == {first + 1, second + 1}
