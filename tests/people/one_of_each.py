"""One of each kind of thing in an empty centre: for the tests that walk every URL, in the process and in a browser."""

from __future__ import annotations

import uuid

from django.utils import timezone

from indicators.public_value import public_value
from jcoc.city.models import Place, Succession
from jcoc.demo.field_note.services import add_note
from jcoc.people import services
from jcoc.people.authentication.services import one_time
from jcoc.people.identity.services import add_guardian, add_person
from jcoc.people.privacy.services import breaches, requests
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import SignedHead
from jcoc.trail.audit.services import sign_head
from jcoc.trail.channels import services as messages
from jcoc.trail.channels import stopping
from jcoc.trail.receipts.services import add_phone
from support import PASSWORD
from trail.uploads.public_file import public_file


def signed_head() -> int:
    sign_head()
    return SignedHead.objects.get().pk


def _a_printed_letter() -> tuple[uuid.UUID, uuid.UUID]:
    letter = messages.send(
        "channels.test",
        subject=None,
        address="Jl. Uji 1",
        channel="letter",
        language="id",
        context={"at": "-"},
    )
    return letter.pk, messages.make_batch([letter])[0]


def addresses() -> dict[str, dict[str, object]]:
    """Make one of each kind; for the names of URLs that need them, arguments that lead to it."""
    register_thing("sluice", "Sluice", [NewDatastream("level", "Level", "Level", audience="public")])
    token, _secret = issue_token("gateway", ["level"])
    upload, signature = public_file()
    with unguarded():
        place = Place.objects.create(
            code="15.71", name="Kota Jambi", level="kota", lon=103.6, lat=-1.6, source="test"
        )
        succession = Succession.objects.create(successor=place, date="2020-01-01", source="test")
    link, secret = services.make_kiosk_link("lobi")
    user = services.add_account("tamu", PASSWORD, ["operator"])
    resident = add_person(name="Anak Uji", birth_date=timezone.localdate())
    guardianship = add_guardian(add_person(name="Wali Uji", nik="1571010101900001"), resident)
    asked = requests.receive(resident.pk, "restrict", via="counter")
    requests.fulfil(asked)
    breach = breaches.open_breach({"title": "Uji", "discovered": timezone.now()})
    letter, batch = _a_printed_letter()
    value = {"code": "uji", "place": "15.71", "period": "2024"}
    return {
        "indicators:flag-close": {"pk": public_value(place).pk},
        **{f"indicators:{name}": {"code": "uji"} for name in ("detail", "csv", "json", "metadata")},
        **{f"indicators:{name}": value for name in ("rows", "rows-csv", "revisions", "correct")},
        "privacy:request": {"pk": asked.pk},
        "privacy:request-act": {"pk": asked.pk},
        "privacy:request-words": {"pk": asked.pk},
        "privacy:request-export": {"pk": asked.pk},
        "privacy:receive": {"subject": resident.pk},
        "privacy:restriction-lift": {"pk": asked.restrictions.get().pk},
        "privacy:texts": {"purpose": "news"},
        "privacy:consent": {"purpose": "news"},
        "privacy:breach": {"pk": breach.pk},
        "privacy:breach-act": {"pk": breach.pk},
        "privacy:breach-notice": {"pk": breach.pk},
        "identity:person": {"pk": resident.pk},
        "identity:change": {"pk": resident.pk},
        "identity:open": {"pk": resident.pk},
        "identity:let-in": {"pk": resident.pk},
        "identity:guardian-add": {"pk": resident.pk},
        "identity:guardian-end": {"pk": guardianship.pk},
        "people:account": {"pk": user.pk},
        "people:account-state": {"pk": user.pk},
        "people:role-give": {"pk": user.pk},
        "people:role-take-back": {"pk": user.pk, "grant": user.grants.get().pk},
        "people:kiosk-revoke": {"pk": link.pk},
        "people:kiosk-open": {"secret": secret},
        "telemetry:sensor": {"code": "level"},
        "authentication:account": {"pk": user.pk},
        "authentication:one-time": {"pk": user.pk},
        "authentication:enter-link": {"token": one_time.issue(user, None)[0].split("/")[-2]},
        "telemetry:series": {"code": "level"},
        "telemetry:download": {"code": "level", "form": "csv"},
        "telemetry:token-revoke": {"pk": token.pk},
        "tasks:cancel": {"pk": 1},
        "tasks:repeat": {"pk": 1},
        "uploads:file": {"pk": upload.pk},
        "uploads:elsewhere": {"pk": upload.pk, "signature": signature},
        "audit:entry": {"seq": 1},
        "audit:head": {"pk": signed_head()},
        "channels:message": {"pk": letter},
        "channels:change": {"pk": letter},
        "channels:batch": {"pk": batch},
        "channels:batch-file": {"pk": batch},
        "channels:report": {"name": "none"},
        "channels:inbound": {"name": "none"},
        "channels:stop": {"token": stopping.token(letter)},
        "contract:programme": {"code": "none"},
        **{f"spreadsheet:{name}": {"pk": uuid.uuid4()} for name in ("preview", "choose", "keep", "cancel")},
        "city:succession": {"pk": succession.pk},
        "city:succession-remove": {"pk": succession.pk},
        "receipts:phone-revoke": {"pk": add_phone(user, "Ponsel uji")[0].pk},
        "receipts:phones-of": {"account": user.pk},
        "field_note:change": {"pk": add_note("Uji", place, timezone.now(), "low").pk},
    }
