"""Who may give which role: the table, and what no table may break."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.people.granting import (
    GIVES,
    NARROWED,
    Held,
    Kind,
    Refusal,
    Where,
    givable,
    reaches,
    refusal,
    refusal_to_take_back,
    unfit,
)
from jcoc.trail.access import KIOSK, ROLES

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CITY = Where()
KECAMATAN, KELURAHAN = 10, 11
IN_KELURAHAN = Where(frozenset({1, KECAMATAN, KELURAHAN}))
SCHOOL = Where(frozenset({1, KECAMATAN, KELURAHAN}), site_id=5)

PEOPLE = sorted(set(ROLES) - {KIOSK})
times = st.none() | st.integers(-1000, 1000).map(lambda hours: NOON + timedelta(hours=hours))
grants = st.builds(
    Held,
    st.sampled_from(PEOPLE),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(1, 3),
    st.sampled_from(["", "pakar_kasih", "e_raport"]),
    times,
)
somewhere = st.builds(
    Where,
    st.frozensets(st.integers(1, 3)),
    st.none() | st.integers(1, 3),
    st.sampled_from(["", "pakar_kasih", "e_raport"]),
)


def test_the_table_names_every_role_of_a_person_and_no_other() -> None:
    assert set(NARROWED) == set(PEOPLE)
    assert set(GIVES) | set().union(*GIVES.values()) <= set(PEOPLE)


@pytest.mark.parametrize("role", ["auditor", "data_officer", "operator", "teacher", "leader", "resident"])
def test_who_oversees_or_only_works_gives_nothing(role: str) -> None:
    assert givable([Held(role)]) == frozenset()


@pytest.mark.parametrize(
    ("held", "role", "where", "until", "expected"),
    [
        (Held("administrator"), "leader", CITY, None, None),
        (Held("administrator"), "auditor", CITY, None, Refusal.ROLE),
        (Held("administrator"), "data_officer", CITY, None, Refusal.ROLE),
        (Held("shift_lead"), "operator", CITY, None, None),
        (Held("shift_lead"), "shift_lead", CITY, None, Refusal.ROLE),
        (Held("kelurahan_officer", KELURAHAN), "resident", IN_KELURAHAN, None, None),
        (Held("kelurahan_officer", KECAMATAN), "resident", IN_KELURAHAN, None, None),
        (Held("kelurahan_officer", 12), "resident", IN_KELURAHAN, None, Refusal.REACH),
        (Held("kelurahan_officer", KELURAHAN), "resident", CITY, None, Refusal.REACH),
        (Held("principal", site_id=5), "teacher", SCHOOL, None, None),
        (Held("principal", site_id=6), "teacher", SCHOOL, None, Refusal.REACH),
        (Held("principal", site_id=5), "principal", SCHOOL, None, Refusal.ROLE),
        (Held("agency_officer", programme="pakar_kasih"), "supervisor", Where(programme="pakar_kasih"), None, None),
        (Held("agency_officer", programme="pakar_kasih"), "supervisor", CITY, None, Refusal.REACH),
        (Held("agency_officer", programme="pakar_kasih"), "supervisor", Where(programme="e_raport"), None,
         Refusal.REACH),
        (Held("shift_lead", until=NOON), "operator", CITY, NOON, None),
        (Held("shift_lead", until=NOON), "operator", CITY, NOON + timedelta(seconds=1), Refusal.END),
        (Held("shift_lead", until=NOON), "operator", CITY, None, Refusal.END),
    ],
)  # fmt: skip
def test_a_role_is_given_by_one_that_carries_all_of_it(
    held: Held, role: str, where: Where, until: datetime | None, expected: Refusal | None
) -> None:
    assert refusal([held], role, where, until, to_oneself=False) is expected
    assert refusal([held], role, where, until, to_oneself=True) is Refusal.YOURSELF


def test_two_roles_do_not_add_up_to_one_that_carries_it() -> None:
    held = [Held("principal", site_id=5, until=NOON), Held("principal", site_id=6)]
    assert refusal(held, "teacher", SCHOOL, None, to_oneself=False) is Refusal.END


def test_who_could_give_it_can_take_it_back_also_a_longer_one() -> None:
    held = [Held("shift_lead", until=NOON)]
    assert refusal_to_take_back(held, "operator", CITY, from_oneself=False) is None
    assert refusal_to_take_back(held, "leader", CITY, from_oneself=False) is Refusal.ROLE
    assert refusal_to_take_back(held, "operator", CITY, from_oneself=True) is Refusal.YOURSELF


@given(st.lists(grants, max_size=4), st.sampled_from(PEOPLE), somewhere, times)
def test_what_is_given_lies_within_one_role_of_the_giver(
    held: list[Held], role: str, where: Where, until: datetime | None
) -> None:
    allowed = refusal(held, role, where, until, to_oneself=False) is None
    carried = [
        each
        for each in held
        if role in GIVES.get(each.role, ())
        and (each.place_id is None or each.place_id in where.places)
        and each.site_id in (None, where.site_id)
        and each.programme in ("", where.programme)
        and (each.until is None or (until is not None and until <= each.until))
    ]
    assert allowed == bool(carried)


@given(grants, somewhere)
def test_a_role_narrowed_by_what_a_thing_does_not_name_does_not_reach_it(held: Held, where: Where) -> None:
    nameless = Where()
    narrowed = (held.place_id, held.site_id, held.programme) != (None, None, "")
    assert reaches(held, nameless) is not narrowed
    if reaches(held, where):
        wider = where._replace(places=where.places | {99})
        assert reaches(held, wider)


def test_roles_of_the_operation_centre_hold_in_the_whole_city() -> None:
    assert unfit("operator", place=True, site=False, programme=True) == {Kind.PLACE, Kind.PROGRAMME}
    assert unfit("teacher", place=False, site=True, programme=False) == frozenset()
    assert unfit("supervisor", place=True, site=False, programme=True) == frozenset()
