from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from jcoc.people import services
from jcoc.people.identity.models import Person
from jcoc.people.identity.services import add_person
from jcoc.people.models import User
from jcoc.people.privacy.models import Breach, ConsentEvent, ConsentText, Request, RequestKind
from jcoc.people.privacy.services import breaches, consents, requests
from jcoc.trail.audit.models import Entry
from jcoc.trail.channels.models import Message
from jcoc.trail.sealing import seals
from support import PASSWORD

pytestmark = pytest.mark.django_db

HEADERS = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def officer() -> Client:
    return _logged_in(services.add_account("petugas-data", PASSWORD, ["data_officer"]))


@pytest.fixture
def resident_account() -> User:
    return services.add_account("warga", PASSWORD, ["resident"])


@pytest.fixture
def person(resident_account: User) -> Person:
    return add_person(name="Orang Uji", phone="0812 0000 0001", account=resident_account)


@pytest.fixture
def resident(person: Person, resident_account: User) -> Client:
    consents.store_declared_texts()
    return _logged_in(resident_account)


def _logged_in(user: User) -> Client:
    client = Client(headers=HEADERS)
    client.force_login(user)
    return client


def test_an_empty_queue_says_where_requests_come_from(officer: Client) -> None:
    page = officer.get("/privacy/").content.decode()
    assert "No request is open" in page
    assert "People ask on their own page" in page


def test_what_is_due_first_stands_on_top_and_closed_ones_apart(officer: Client, person: Person) -> None:
    old = requests.receive(person.pk, RequestKind.CORRECT, via="counter")
    requests.receive(person.pk, RequestKind.RESTRICT, via="phone")
    page = officer.get("/privacy/").content.decode()
    assert page.index("correct it</strong>") < page.index("restrict its use</strong>")
    requests.fulfil(old)
    closed = officer.get("/privacy/?state=closed").content.decode()
    assert "correct it</strong>" in closed
    assert "restrict its use</strong>" not in closed


def test_a_request_at_the_counter_is_entered_worked_and_answered(officer: Client, person: Person) -> None:
    entered = officer.post(
        f"/privacy/persons/{person.pk}/request/",
        {"kind": "correct", "via": "counter", "words": "Alamat sudah pindah"},
    )
    asked = Request.objects.get()
    assert entered["Location"] == f"/privacy/requests/{asked.pk}/"
    page = officer.get(f"/privacy/requests/{asked.pk}/").content.decode()
    assert "Alamat sudah pindah" not in page
    opened = officer.post(f"/privacy/requests/{asked.pk}/words/").content.decode()
    assert "Alamat sudah pindah" in opened
    assert Entry.objects.filter(action="sealing.opened", object=str(person.pk)).exists()
    officer.post(f"/privacy/requests/{asked.pk}/act/", {"action": "take_up"})
    officer.post(f"/privacy/requests/{asked.pk}/act/", {"action": "fulfil", "answer": "Sudah"})
    asked.refresh_from_db()
    assert asked.state == "done"


def test_a_refusal_without_a_reason_is_marked_at_the_field(officer: Client, person: Person) -> None:
    asked = requests.receive(person.pk, RequestKind.ERASE, via="counter")
    answer = officer.post(f"/privacy/requests/{asked.pk}/act/", {"action": "refuse", "answer": ""})
    assert answer.status_code == 422
    assert "A refusal needs a reason that the person can read." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.is_open


def test_an_erased_person_is_shown_as_erased(officer: Client, person: Person) -> None:
    asked = requests.receive(person.pk, RequestKind.ERASE, via="counter")
    officer.post(f"/privacy/requests/{asked.pk}/act/", {"action": "fulfil"})
    page = officer.get(f"/privacy/requests/{asked.pk}/").content.decode()
    assert ">erased<" in page
    assert "Orang" not in page


def test_an_unknown_action_is_a_bad_request_that_names_the_choices(officer: Client, person: Person) -> None:
    asked = requests.receive(person.pk, RequestKind.SEE, via="counter")
    answer = officer.post(f"/privacy/requests/{asked.pk}/act/", {"action": "dance"})
    assert answer.status_code == 400
    assert "take_up, fulfil or refuse" in answer.content.decode()


def test_a_request_that_is_not_there_is_not_found(officer: Client) -> None:
    assert officer.get(f"/privacy/requests/{uuid4()}/").status_code == 404


def test_the_export_is_a_file_and_leaves_an_entry(officer: Client, person: Person) -> None:
    asked = requests.receive(person.pk, RequestKind.EXPORT, via="counter", words="Untuk pindah")
    answer = officer.post(f"/privacy/requests/{asked.pk}/export/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    collected = json.loads(answer.content)
    held = {holding["code"]: holding["rows"] for holding in collected["holdings"]}
    assert "Orang Uji" in held["resident"][0].values()
    assert collected["requests"][0]["words"] == "Untuk pindah"
    assert Entry.objects.filter(action="privacy.dossier_collect").exists()


def test_a_breach_is_registered_completed_and_notified(officer: Client) -> None:
    discovered = timezone.localtime() - timedelta(hours=1)
    form = {"title": "Ponsel hilang", "discovered": discovered.strftime("%Y-%m-%dT%H:%M")}
    officer.post("/privacy/breaches/new/", form)
    breach = Breach.objects.get()
    page = officer.get(f"/privacy/breaches/{breach.pk}/").content.decode()
    assert "The notice still lacks: which data, how it happened, what was done and will be done." in page
    more = form | {"kinds": ["contact"], "how": "Tertinggal di angkot", "remedy": "Haknya dicabut"}
    officer.post(f"/privacy/breaches/{breach.pk}/", more)
    notice = officer.get(f"/privacy/breaches/{breach.pk}/notice/").content.decode()
    assert "Tertinggal di angkot" in notice
    assert "telepon, surel, alamat" in notice  # in the language of the law, whatever the officer reads
    officer.post(f"/privacy/breaches/{breach.pk}/act/", {"action": "notified"})
    breach.refresh_from_db()
    assert breach.state == "notified"


def test_the_notice_has_not_gone_while_it_lacks_something(officer: Client) -> None:
    breach = breaches.open_breach({"title": "Uji", "discovered": timezone.now()})
    page = officer.post(f"/privacy/breaches/{breach.pk}/act/", {"action": "notified"}, follow=True)
    assert "The notice still lacks" in page.content.decode()
    breach.refresh_from_db()
    assert breach.state == "open"


def test_purposes_show_basis_data_and_how_many_agree(officer: Client, resident: Client) -> None:
    text = ConsentText.objects.get(purpose="news", language="en")
    resident.post("/me/data/consent/news/", {"action": "give", "text": text.pk})
    page = officer.get("/privacy/purposes/").content.decode()
    row = page[page.index("<strong>News and invitations") :].split("</tr>")[0]
    assert '<td class="number">1</td>' in row
    assert "version 1" in row


def test_a_text_of_an_undeclared_purpose_is_not_found(officer: Client) -> None:
    assert officer.get("/privacy/purposes/spying/").status_code == 404


def test_a_new_text_in_one_language_is_refused(officer: Client) -> None:
    answer = officer.post("/privacy/purposes/news/", {"text_id": "Baru", "text_en": ""})
    assert answer.status_code == 422
    assert not ConsentText.objects.filter(version=2).exists()


def test_a_resident_agrees_withdraws_and_asks(resident: Client, person: Person) -> None:
    text = ConsentText.objects.get(purpose="news", language="en")
    assert text.text in resident.get("/me/data/").content.decode()
    resident.post("/me/data/consent/news/", {"action": "give", "text": text.pk})
    assert consents.may_process(person.pk, "news")
    page = resident.post("/me/data/consent/news/", {"action": "withdraw"}, follow=True).content.decode()
    assert "within 3×24 hours" in page
    assert not consents.may_process(person.pk, "news")
    resident.post("/me/data/", {"kind": "erase", "words": "Saya pindah kota"})
    assert {asked.kind for asked in Request.objects.all()} == {"withdraw", "erase"}


def test_consent_counts_only_for_the_text_that_was_shown(resident: Client, person: Person) -> None:
    shown = ConsentText.objects.get(purpose="news", language="en")
    consents.add_text("news", {"id": "Lain", "en": "Other"})
    page = resident.post("/me/data/consent/news/", {"action": "give", "text": shown.pk}, follow=True)
    assert "The text has changed meanwhile" in page.content.decode()
    assert not ConsentEvent.objects.exists()


def test_consent_for_an_unknown_purpose_is_not_found(resident: Client) -> None:
    assert resident.post("/me/data/consent/spying/", {"action": "give", "text": "1"}).status_code == 404
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize("action", ["give", "withdraw"])
def test_what_does_not_rest_on_consent_cannot_be_withdrawn_and_the_page_says_so(
    resident: Client, action: str
) -> None:
    answer = resident.post("/me/data/consent/residents/", {"action": action, "text": "1"}, follow=True)
    assert answer.redirect_chain == [("/me/data/", 302)]
    if action == "withdraw":
        assert "does not rest on consent but on" in answer.content.decode()
    assert not ConsentEvent.objects.exists()
    assert not Request.objects.exists()


def test_a_resident_reads_what_is_held_and_only_of_oneself(resident: Client) -> None:
    add_person(name="Tetangga Uji")
    page = resident.get("/me/data/held/").content.decode()
    assert "Orang Uji" in page
    assert "+6281200000001" in page
    assert "Tetangga" not in page


def test_the_answer_to_a_closed_request_reaches_the_person(resident: Client, person: Person) -> None:
    asked = requests.receive(person.pk, RequestKind.CORRECT, via="counter", words="Alamat salah")
    assert "Sudah diperbaiki" not in resident.get("/me/data/").content.decode()
    requests.fulfil(asked, "Sudah diperbaiki di kelurahan")
    page = resident.get("/me/data/").content.decode()
    assert "Sudah diperbaiki di kelurahan" in page
    assert Entry.objects.filter(action="sealing.opened", actor=f"user-{person.account_id}").exists()


def _told() -> list[tuple[str, str]]:
    """Where the answers went, and what they said."""
    told = []
    for message in Message.objects.filter(kind="privacy.answer").order_by("created"):
        content = message.content.open(reason=seals.Reason.REQUEST)
        told.append((message.address.open(reason=seals.Reason.REQUEST), json.loads(content)["text"]))
    return told


@pytest.mark.parametrize(("action", "state"), [("fulfil", "selesai"), ("refuse", "ditolak")])
def test_an_answer_goes_to_the_person_by_the_preferred_way(
    officer: Client, person: Person, action: str, state: str
) -> None:
    asked = requests.receive(person.pk, RequestKind.CORRECT, via="counter")
    officer.post(f"/privacy/requests/{asked.pk}/act/", {"action": action, "answer": "Lihat surat 12"})
    [(address, text)] = _told()
    assert address == "+6281200000001"
    assert f"{state}. Lihat surat 12" in text


def test_an_erasure_is_answered_before_the_person_is_gone(officer: Client, person: Person) -> None:
    asked = requests.receive(person.pk, RequestKind.ERASE, via="counter")
    url = f"/privacy/requests/{asked.pk}/"
    missing = officer.post(f"{url}act/", {"action": "answer", "answer": " "})
    assert missing.status_code == 422
    assert "Write the answer first." in missing.content.decode()
    officer.post(f"{url}act/", {"action": "answer", "answer": "Data Anda dihapus hari ini"})
    asked.refresh_from_db()
    assert asked.state == "in_work"
    assert "Data Anda dihapus hari ini" in _told()[0][1]
    assert "the message is now:" in officer.get(url).content.decode()
    officer.post(f"{url}act/", {"action": "fulfil"})
    asked.refresh_from_db()
    assert asked.state == "done"
    assert not Message.objects.get().content


def test_who_cannot_be_reached_is_answered_by_hand(officer: Client) -> None:
    person = add_person(name="Orang Uji", preferred_channel="none")
    correct = requests.receive(person.pk, RequestKind.CORRECT, via="counter")
    requests.fulfil(correct, "Sudah")
    erase = requests.receive(person.pk, RequestKind.ERASE, via="counter")
    answer = officer.post(f"/privacy/requests/{erase.pk}/act/", {"action": "answer", "answer": "Dihapus"})
    assert answer.status_code == 422
    assert "hand the answer over yourself" in answer.content.decode()
    assert not Message.objects.exists()


def test_many_requests_for_the_same_are_refused_beside_the_field(resident: Client, person: Person) -> None:
    for number in range(requests.MOST_OPEN):
        assert resident.post("/me/data/", {"kind": "correct", "words": f"Salah {number}"}).status_code == 302
    answer = resident.post("/me/data/", {"kind": "correct", "words": "Lagi"})
    assert answer.status_code == 422
    assert "3 requests for this are open already." in answer.content.decode()
    assert Request.objects.count() == requests.MOST_OPEN


def test_an_account_without_a_resident_is_told_so(officer: Client) -> None:
    assert "No resident belongs to this account" in officer.get("/me/data/").content.decode()
    assert officer.get("/me/data/held/")["Location"] == "/me/data/"


def test_retention_shows_what_is_due_and_removes_nothing_by_looking(officer: Client) -> None:
    page = officer.get("/privacy/retention/").content.decode()
    assert "Closed requests about personal data" in page
    assert "Nothing was removed yet" in page
