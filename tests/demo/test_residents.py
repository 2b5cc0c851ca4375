"""The people of the demonstration: there once, marked, in every state that the pages show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jcoc.demo.accounts import ensure_accounts
from jcoc.demo.field_note.models import FieldNote
from jcoc.demo.folder import Demonstration
from jcoc.demo.made_up import made_up
from jcoc.demo.registration import load_demonstration_city
from jcoc.demo.residents import RESIDENTS, ensure_residents
from jcoc.people.identity import nik as niks
from jcoc.people.identity.models import Guardianship, Person
from jcoc.people.models import User
from jcoc.people.privacy.models import Breach, Request, consented
from jcoc.people.privacy.services.consents import current_text
from jcoc.trail.audit.models import Entry
from jcoc.trail.channels.models import Message
from jcoc.trail.phone import e164


def test_nobody_can_have_the_numbers_of_made_up_people() -> None:
    people = list(made_up(RESIDENTS))
    assert len({who.name for who in people}) == len({who.nik for who in people}) == RESIDENTS
    for who in people:
        read = niks.parse(who.nik, date(2026, 11, 24))
        # 96, Papua Barat Daya, is the last province.
        assert (read.province, read.birth_date) == ("99", who.born)
        assert (read.sex == "female") == who.woman
        assert e164(who.phone) == who.phone
        assert who.email.endswith(".example")
    assert people == list(made_up(RESIDENTS))


@pytest.fixture
def laid_out(db: None) -> None:
    load_demonstration_city()
    ensure_accounts(Demonstration())
    ensure_residents()


@pytest.mark.usefixtures("laid_out")
def test_the_pages_of_people_have_something_to_show() -> None:
    assert Person.objects.count() == RESIDENTS + 1
    assert not Person.objects.filter(demonstration=False).exists()
    assert Person.objects.values("place").distinct().count() >= 3
    now = timezone.now()
    citizen = Person.objects.get(account__username="warga")
    guardian = Person.objects.get(account__username="wali")
    assert consented(citizen.pk, "news", now)
    assert current_text("news", "en")
    (child,) = guardian.standing_wards(timezone.localdate())
    assert child.place == guardian.place
    assert Guardianship.objects.get().child == child
    states = sorted(str(request.clock.state(now)) for request in Request.objects.all())
    assert states == ["met", "overdue", "running", "urgent"]
    assert Request.objects.get(state="done").answer
    assert Breach.objects.get().clock.left(now) == pytest.approx(
        timedelta(hours=30), abs=timedelta(minutes=2)
    )
    assert dict(Message.objects.values_list("channel", "state")) == {
        "gateway": "held",
        "email": "held",
        "letter": "queued",
    }
    assert FieldNote.objects.count() == 2
    assert not User.objects.filter(demonstration=False).exists()


@pytest.mark.usefixtures("laid_out")
def test_a_second_start_adds_nothing() -> None:
    before = (Person.objects.count(), Request.objects.count(), Entry.objects.count())
    ensure_residents()
    assert (Person.objects.count(), Request.objects.count(), Entry.objects.count()) == before
