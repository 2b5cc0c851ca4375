from __future__ import annotations

from jcoc.trail.channels import states
from jcoc.trail.channels.models import State


def test_the_table_knows_every_state_and_no_other() -> None:
    assert set(states.STEPS) == set(State.values)
    assert set().union(*states.STEPS.values()) <= set(State.values)


def test_what_is_settled_stays_so() -> None:
    assert states.STEPS[states.DELIVERED] == states.STEPS[states.CANCELLED] == frozenset()


def test_nothing_is_sent_but_by_being_taken_or_printed() -> None:
    before = {state for state, after in states.STEPS.items() if states.SENT in after}
    assert before == {states.SENDING, states.QUEUED}


def test_what_is_on_its_way_or_gone_is_not_called_off() -> None:
    assert {states.HELD, states.QUEUED} == states.OFF
    assert {states.HELD, states.FAILED, states.BOUNCED, states.SUPPRESSED} == states.AGAIN
