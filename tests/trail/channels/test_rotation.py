"""While the key of the blind indexes is being replaced, who wants no messages gets none."""

from __future__ import annotations

import pytest

from jcoc.trail.channels import services, stopping
from jcoc.trail.channels.models import DeadAddress, Message, OptOut, State
from jcoc.trail.channels.services import course, returns
from jcoc.trail.sealing import services as sealing

pytestmark = pytest.mark.django_db


def send() -> Message:
    return services.send(
        "uji.news",
        subject=None,
        address="0812345678",
        channel="gateway",
        language="id",
        context={"at": "kini"},
    )


def test_an_opt_out_from_before_holds_and_is_taken_back_whole() -> None:
    first = send()
    services.opt_out(first, purpose="", how="page")
    sealing.key_file().add_index()
    later = send()
    assert later.address_index != first.address_index
    assert (later.state, later.attempts.get().code) == (State.SUPPRESSED, "opted-out")
    services.opt_out_number("0812345678", how="reply")
    services.opt_out(later, purpose="", how="page")
    assert OptOut.objects.count() == 1  # two would be one too many once all are under the new key
    services.opt_in(later)
    assert not OptOut.objects.exists()


def test_an_opt_out_under_the_new_key_holds_for_a_message_from_before() -> None:
    first = send()
    sealing.key_file().add_index()
    services.opt_out(send(), purpose="", how="page")
    assert course._refusal(first) == (State.SUPPRESSED, "opted-out")
    assert len(stopping.indexes(first)) == 2
    sealing.key_file().drop_old_index()
    assert stopping.indexes(first) == (first.address_index,)


def test_a_dead_address_stays_dead() -> None:
    first = send()
    returns.mark_dead(first)
    sealing.key_file().add_index()
    later = send()
    assert later.attempts.get().code == "dead"
    returns.mark_dead(later)
    assert DeadAddress.objects.count() == 1
    services.lift(later)
    assert not DeadAddress.objects.exists()
