"""The people of a demonstration: residents, what they asked for, a breach, letters in the outbox, field notes.

All of it is made up and marked so; it is laid out once, through the services that a real centre uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jcoc.city.models import Place
from jcoc.demo.accounts import ACCOUNTS, KELURAHAN
from jcoc.demo.field_note import services as notes
from jcoc.demo.field_note.models import FieldNote, Urgency
from jcoc.demo.made_up import MadeUp, made_up
from jcoc.people.identity import letting_in
from jcoc.people.identity import services as identity
from jcoc.people.identity.models import Channel, Person, PersonQuerySet
from jcoc.people.models import User
from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.models import Breach, Request, RequestKind
from jcoc.people.privacy.services import breaches, consents, requests
from jcoc.trail.actor import acting
from jcoc.trail.audit.recording import watching, writing

RESIDENTS = 40
#: Where they live; first the kelurahan of the officer's account, then that of the school (both in accounts.py).
SCHOOL_KELURAHAN = "15.71.11.1004"
KELURAHANS = (KELURAHAN, SCHOOL_KELURAHAN, "15.71.10.1003", "15.71.05.1001", "15.71.01.1002")
WAYS = (Channel.GATEWAY, Channel.EMAIL, Channel.LETTER)
BREACH_AGE = timedelta(hours=42)  # of 72: 30 remain


def ensure_residents() -> None:
    """Lay out what the demonstration lacks yet of them. Accounts and places must be there."""
    places = [Place.objects.get(code=code) for code in KELURAHANS]
    now = timezone.now()
    consents.store_declared_texts()
    if not Person.objects.filter(demonstration=True).exists():
        _register_all(places, now.date())
    _let_in(places[0])
    if not Request.objects.exists():
        _ask(places[0], now)
    if not Breach.objects.exists():
        _breach(now)
    if not FieldNote.objects.exists():
        _field_notes(places[0], now)


@transaction.atomic
def _register_all(places: Sequence[Place], today: date) -> None:
    people = list(made_up(RESIDENTS))
    with acting(_actor("kelurahan")):
        citizen = _own_record("warga", "Warga Peragaan", people[0], places[0])
        guardian = _own_record("wali", "Wali Murid Peragaan", people[1], places[1])
        _child_of(guardian, places[1], today)
        for number, who in enumerate(people[2:]):
            _register(who, places[number % len(places)], WAYS[number // len(places) % len(WAYS)])
    with acting(_actor("warga")):
        consents.give(citizen.pk, "news", via="own_page")


def _actor(username: str) -> str:
    return f"user-{User.objects.get(username=username).pk}"


def _register(
    who: MadeUp, place: Place, way: str = Channel.GATEWAY, *, name: str = "", account: User | None = None
) -> Person:
    return identity.add_person(
        name=name or who.name,
        nik=who.nik,
        phone=who.phone,
        email=who.email,
        address=f"Jl. Peragaan No. {who.number}, {place.name}, Kota Jambi",
        preferred_channel=way,
        place=place,
        account=account,
        demonstration=True,
    )


def _own_record(username: str, name: str, who: MadeUp, place: Place) -> Person:
    return _register(who, place, name=name, account=User.objects.get(username=username))


def _child_of(guardian: Person, place: Place, today: date) -> None:
    born = date(today.year - 13, 5, 17)
    child = _register(MadeUp("Murid Peragaan", woman=True, born=born, number=9001), place)
    identity.add_guardian(guardian, child)


def _let_in(place: Place) -> None:
    """One person by each way: what would be sent then stands in the outbox."""
    officer = User.objects.get(username="kelurahan")
    for way in WAYS:
        people = _others(place).filter(preferred_channel=way)
        if not people.filter(account__isnull=False).exists():
            with acting(_actor("kelurahan")):
                letting_in.let_in(people[0], officer)


def _others(place: Place) -> PersonQuerySet:
    """The residents of a kelurahan who have not one of the demonstration's own accounts."""
    own = [account.username for account in ACCOUNTS]
    people: PersonQuerySet = Person.objects.filter(demonstration=True, place=place)
    return people.exclude(account__username__in=own).order_by("registered")


def _ask(place: Place, now: datetime) -> None:
    """A request that runs, one that is urgent, one that is late, and one that was answered."""
    citizen = Person.objects.get(account__username="warga")
    guardian = Person.objects.get(account__username="wali")
    third, fourth = _others(place)[:2]
    began = [now - timedelta(hours=hours) for hours in (20, 60, 80, 50)]
    with acting(_actor("warga")):
        _request(citizen, RequestKind.CORRECT, began[0], "nomor rumah saya 12, bukan 21.")
    with acting(_actor("wali")):
        _request(guardian, RequestKind.EXPORT, began[1], "mohon salinan data saya.")
    with acting(_actor("pdp")):
        _request(third, RequestKind.RESTRICT, began[2], "jangan pakai data saya dahulu.", via="counter")
        answered = _request(fourth, RequestKind.SEE, began[3], "data apa yang disimpan kota?", via="counter")
        requests.fulfil(
            answered,
            "Peragaan: kota menyimpan nama, NIK, alamat, dan nomor telepon Anda. Salinannya sudah Anda terima.",
        )


def _request(person: Person, kind: str, received: datetime, words: str, *, via: str = "own_page") -> Request:
    request = requests.receive(person.pk, kind, via=via, words=f"Peragaan: {words}")
    _lay_back(request, received)
    request.refresh_from_db()
    return request


def _lay_back(request: Request, received: datetime) -> None:
    rows, steps = Request.objects.filter(pk=request.pk), request.steps.all()
    with writing("demo.request_laid_back"), watching(rows), watching(steps):
        rows.update(received=received)
        steps.update(at=received)


def _breach(now: datetime) -> None:
    with acting(_actor("pdp")):
        breaches.open_breach(
            {
                "title": "Peragaan: daftar hadir tertinggal di loket",
                "discovered": now - BREACH_AGE,
                "happened_from": now - BREACH_AGE - timedelta(hours=5),
                "kinds": [DataKind.NAME, DataKind.CONTACT],
                "affected": 18,
                "how": "Peragaan: daftar hadir tercetak tertinggal di loket dan dilihat pengunjung lain.",
            }
        )


def _field_notes(place: Place, now: datetime) -> None:
    with acting(_actor("pengawas")):
        notes.add_note(
            "Peragaan: saluran di samping pos ronda tersumbat daun.",
            place,
            now - timedelta(hours=3),
            Urgency.MEDIUM,
        )
        notes.add_note(
            "Peragaan: gorong-gorong RT 05 sudah bersih.", place, now - timedelta(days=1), Urgency.LOW
        )
