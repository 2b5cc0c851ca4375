"""The only code that writes persons and guardianships. What it is given is checked and brought into one form first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from jcoc.city.models import Place
from jcoc.people.identity import nik as niks
from jcoc.people.identity.models import SEALED, Guardianship, Person
from jcoc.people.models import User
from jcoc.trail import phone as phones
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.sealing import seals

#: Stored by the row, not sealed.
PLAIN = ("preferred_channel", "place", "account", "demonstration")
NIK_CONTEXT, PHONE_CONTEXT = "identity.person.nik", "identity.person.phone"
NOT_A_NUMBER = gettext_noop(
    "Write a telephone number of Indonesia such as 0812 0000 1234, or one that begins with + and its country."
)
#: For digests in the audit trail, which no index of persons shares.
TYPED_CONTEXT = "identity.typed"
LONGEST = {"name": 150, "email": 254, "address": 500, "bank_account": 60}
_DISAGREES = gettext_lazy("The NIK says another date of birth: %(date)s. One of the two is wrong.")


def today() -> date:
    return timezone.localdate()


@dataclass
class _Checked:
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    nik: niks.Nik | None = None
    born: date | None = None


def read_nik(text: str) -> niks.Nik:
    """The parts of a NIK as of today; `ValidationError` with a sentence in the reader's language."""
    try:
        return niks.parse(text, today())
    except niks.NikFault as fault:
        raise ValidationError(_(fault.template) % fault.values) from None


def read_phone(text: str) -> str:
    """A telephone number as E.164; `ValidationError` otherwise."""
    try:
        return phones.e164(text, takes_messages=False)
    except phones.NotANumber:
        raise ValidationError(_(NOT_A_NUMBER)) from None


def _check(given: Mapping[str, Any]) -> _Checked:
    """Bring what is given into the form it is sealed in; faults by field."""
    checked = _Checked()
    for name in SEALED:
        if name not in given:
            continue
        value = given[name]
        text = value.isoformat() if isinstance(value, date) else " ".join(str(value or "").split())
        try:
            checked.texts[name] = _one(checked, name, text) if text else ""
        except ValidationError as error:
            checked.faults[name] = " ".join(error.messages)
    if "name" in given and not checked.texts.get("name") and "name" not in checked.faults:
        checked.faults["name"] = _("Write the name.")
    if checked.nik and checked.born and not niks.agrees(checked.nik, checked.born):
        checked.faults["birth_date"] = _disagreement(checked.nik)
    return checked


def _one(checked: _Checked, name: str, text: str) -> str:
    if name == "nik":
        checked.nik = read_nik(text)
        return checked.nik.number
    if name == "phone":
        return read_phone(text)
    if name == "email":
        validate_email(text)
        return text.lower()
    if name == "birth_date":
        checked.born = _birth_date(text)
        return checked.born.isoformat()
    if len(text) > LONGEST[name]:
        raise ValidationError(_("Write at most %(count)d characters.") % {"count": LONGEST[name]})
    return text


def _birth_date(text: str) -> date:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Write the date as year-month-day, such as 1990-12-31.")) from None
    if born > today():
        raise ValidationError(_("This date of birth lies in the future."))
    if born.year < today().year - 130:
        raise ValidationError(_("Nobody who lives was born then."))
    return born


def _disagreement(nik: niks.Nik) -> str:
    return str(_DISAGREES) % {"date": nik.birth_date.isoformat()}


class _Taken(Exception):
    """Somebody else has the NIK."""


def _refuse_taken(checked: _Checked) -> NoReturn:
    """Say that the NIK is somebody's, and enter that this was found out."""
    if number := checked.texts.get("nik"):
        holder = find_by_nik(number)
        note_search("nik", number, [holder.pk] if holder else [], use="register")
    raise ValidationError({"nik": _("Somebody with this NIK is registered already.")})


def note_search(by: str, text: str, found: Sequence[uuid.UUID], *, use: str = "search") -> None:
    """Enter that somebody asked whether a number is registered, and whom it named.

    The number itself is no part of it: a keyed digest tells one number asked twice from two numbers tried.
    """
    detail = {"by": by, "for": use, "digest": _digest(text)}
    record("identity.person_searched", "identity.person", found or ["-"], detail=detail)


def _note_comparison(person: Person, by: str, text: str, agrees: bool) -> None:
    """Enter that what somebody typed was held against what is sealed."""
    detail = {"by": by, "agrees": agrees, "digest": _digest(text)}
    record("identity.person_compared", "identity.person", [person.pk], detail=detail)


def _digest(text: str) -> str:
    return seals.blind_index(TYPED_CONTEXT, "".join(text.split()))[:16]


def _put(person: Person, checked: _Checked) -> None:
    for name, text in checked.texts.items():
        setattr(person, name, text)
    if "nik" in checked.texts:
        number = checked.texts["nik"]
        person.nik_index = seals.blind_index(NIK_CONTEXT, number) if number else None
        indexes = seals.blind_indexes(NIK_CONTEXT, number) if number else ()
        if Person.objects.filter(nik_index__in=indexes).exclude(pk=person.pk).exists():
            raise _Taken
    if "phone" in checked.texts:
        number = checked.texts["phone"]
        person.phone_index = seals.blind_index(PHONE_CONTEXT, number) if number else None


def add_person(
    *,
    name: str,
    nik: str = "",
    phone: str = "",
    email: str = "",
    address: str = "",
    birth_date: date | None = None,
    bank_account: str = "",
    preferred_channel: str = "gateway",
    place: Place | None = None,
    account: User | None = None,
    demonstration: bool = False,
) -> Person:
    """Register a person, sealed under a key of their own.

    The birth date follows from the NIK where it is not given, and must agree with it where it is. `ValidationError`
    names each field and what is wrong; a NIK that somebody has already is refused without saying who. Nothing is kept
    then.
    """
    given = {
        "name": name,
        "nik": nik,
        "phone": phone,
        "email": email,
        "address": address,
        "birth_date": birth_date,
        "bank_account": bank_account,
    }
    checked = _check(given)
    if checked.faults:
        raise ValidationError(checked.faults)
    if checked.nik and checked.born is None:
        checked.texts["birth_date"] = checked.nik.birth_date.isoformat()
    try:
        with writing("identity.person_added"):
            subject = seals.new_subject()
            person = Person(
                id=subject,
                preferred_channel=preferred_channel,
                place=place,
                account=account,
                demonstration=demonstration,
            )
            with seals.holding([subject]):
                _put(person, checked)
                _check_plain(person)
            person.save(force_insert=True)
    except (_Taken, IntegrityError):  # another writer was first; only PostgreSQL lets both come so far
        _refuse_taken(checked)
    return person


def _check_plain(person: Person) -> None:
    person.clean_fields(exclude=[f.name for f in Person._meta.fields if f.name not in PLAIN])


def change_person(person: Person, **changes: Any) -> Person:
    """Change the named fields; an empty text takes a value away. `ValidationError` as for :func:`add_person`.

    A NIK or birth date that is given alone must agree with the other one on record; that they were compared is
    entered, whatever comes of it.
    """
    if unknown := changes.keys() - {*SEALED, *PLAIN}:
        raise TypeError(f"A person has no {', '.join(sorted(unknown))}.")
    if person.erased:
        raise seals.Erased(person.pk)
    checked = _check(changes)
    if not checked.faults:
        _check_against_record(person, checked)
    if checked.faults:
        raise ValidationError(checked.faults)
    detail = {"fields": sorted(changes)}
    try:
        with writing("identity.person_changed", detail=detail), seals.holding([person.pk]):
            person = Person.objects.select_for_update().get(pk=person.pk)
            _put(person, checked)
            for name in PLAIN:
                if name in changes:
                    setattr(person, name, changes[name])
            _check_plain(person)
            person.save()
    except (_Taken, IntegrityError):
        _refuse_taken(checked)
    return person


def _check_against_record(person: Person, checked: _Checked) -> None:
    if checked.nik and "birth_date" not in checked.texts:
        nik = checked.nik
        if not person.birth_date:
            checked.texts["birth_date"] = nik.birth_date.isoformat()
        else:
            agrees = person.birth_date.judge(lambda born: niks.agrees(nik, date.fromisoformat(born)))
            _note_comparison(person, "nik", nik.number, agrees)
            if not agrees:
                checked.faults["nik"] = _(
                    "The date of birth on record is another one; correct both together."
                )
    born = checked.born
    if born and "nik" not in checked.texts and person.nik:
        agrees = person.nik.judge(lambda number: niks.agrees(niks.parse(number, today()), born))
        _note_comparison(person, "birth_date", born.isoformat(), agrees)
        if not agrees:
            checked.faults["birth_date"] = _("The NIK on record says another date; correct both together.")


def find_by_nik(text: str) -> Person | None:
    """Who has this NIK. `ValidationError` where it is none. Filter by visible() before showing anything."""
    indexes = seals.blind_indexes(NIK_CONTEXT, read_nik(text).number)
    return Person.objects.filter(nik_index__in=indexes).first()


def ids_by_phone(text: str) -> list[uuid.UUID]:
    """Who has this telephone number; a family may share one. `ValidationError` where it is none."""
    indexes = seals.blind_indexes(PHONE_CONTEXT, read_phone(text))
    return list(Person.objects.filter(phone_index__in=indexes).values_list("pk", flat=True))


def add_guardian(guardian: Person, child: Person) -> Guardianship:
    """Say who stands for a child. `ValidationError` where the child's birth date is not known or of an adult."""
    if guardian.pk == child.pk:
        raise ValidationError(_("Nobody is their own guardian."))
    if not child.is_child(today()):
        raise ValidationError(_("Only somebody under 18, whose date of birth is recorded, has a guardian."))
    if guardian.is_child(today()):
        raise ValidationError(_("A guardian is of age."))
    with writing("identity.guardian_added"):
        standing: Guardianship | None = Guardianship.objects.filter(
            guardian=guardian, child=child, ended=None
        ).first()
        return standing or Guardianship.objects.create(guardian=guardian, child=child)


def end_guardianship(guardianship: Guardianship) -> None:
    """End it; it stays on record."""
    with writing("identity.guardian_ended"):
        row = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
        if row.ended is None:
            row.ended = timezone.now()
            row.save()


def erase_person(person: Person) -> None:
    """Erase a person: the key, what it sealed, and the indexes. The row stays as a number that names nobody.

    What other parts keep of the person under the same key is gone with it. The account is not closed here.
    """
    with writing("identity.person_erased"):
        row = Person.objects.select_for_update().get(pk=person.pk)
        for name in SEALED:
            setattr(row, name, None)
        row.nik_index = row.phone_index = None
        row.account = None
        row.erased = row.erased or timezone.now()
        row.save()
        for guardianship in Guardianship.objects.filter(ended=None).filter(
            child=row
        ) | Guardianship.objects.filter(ended=None, guardian=row):
            end_guardianship(guardianship)
        seals.destroy(row.pk)
