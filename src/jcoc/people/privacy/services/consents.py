"""Consent: texts in versions, given and withdrawn, and whether data may be used now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jcoc.people.privacy import models
from jcoc.people.privacy.models import ConsentEvent, ConsentText, Request, RequestKind
from jcoc.people.privacy.purposes import Basis, Purpose, UnknownPurpose, purpose_of, purposes
from jcoc.people.privacy.services import requests
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import writing


def may_process(subject: UUID, purpose: str, at: datetime | None = None) -> bool:
    """Whether a person's data may be used for a purpose at an instant (now, if none is named).

    Consent must stand where it is the basis; a restriction stops all but what the law demands.
    :class:`~jcoc.people.privacy.purposes.UnknownPurpose` where nobody declared the purpose.
    """
    declared, at = purpose_of(purpose), at or timezone.now()
    if declared.basis == Basis.CONSENT and not models.consented(subject, purpose, at):
        return False
    return declared.even_restricted or not models.restricted(subject, at)


def may_write_to(subject: UUID, purpose: str) -> bool:
    """What the channels ask before a message that is no service: no to a purpose that nobody declared."""
    try:
        return may_process(subject, purpose)
    except UnknownPurpose:
        return False


def store_declared_texts() -> int:
    """Make the first version of each consent text that apps declare and that has none yet; how many."""
    made = 0
    for purpose in purposes():
        if purpose.text and not ConsentText.objects.filter(purpose=purpose.code).exists():
            add_text(purpose.code, purpose.text)
            made += 1
    return made


def add_text(purpose: str, texts: dict[str, str], *, asks_again: bool = False) -> int:
    """A new version of what people agree to, in every language at once; its number."""
    declared = _by_consent(purpose)
    if missing := [language for language in ("id", "en") if not texts.get(language, "").strip()]:
        raise ValidationError(_("The text is missing in: %(languages)s.") % {"languages": ", ".join(missing)})
    with writing("privacy.consent_text_add", detail={"purpose": purpose}):
        newest = (
            ConsentText.objects.filter(purpose=declared.code).aggregate(newest=Max("version"))["newest"] or 0
        )
        now = timezone.now()
        for language, text in texts.items():
            ConsentText.objects.create(
                purpose=declared.code,
                version=newest + 1,
                language=language,
                text=text.strip(),
                valid_from=now,
                asks_again=asks_again and newest > 0,
            )
    return newest + 1


def current_text(purpose: str, language: str | None = None) -> ConsentText | None:
    """The newest text of a purpose in the reader's language, or in Indonesian."""
    texts = ConsentText.objects.filter(purpose=purpose, valid_from__lte=timezone.now()).order_by("-version")
    wanted = language or (get_language() or "id")[:2]
    return texts.filter(language=wanted).first() or texts.filter(language="id").first()


def give(subject: UUID, purpose: str, *, via: str, text: ConsentText | None = None) -> ConsentEvent:
    """Consent to the text that was shown; the current one, if none is named."""
    declared = _by_consent(purpose)
    shown = text or current_text(declared.code)
    if shown is None:
        raise ValidationError(_("There is no text yet for this purpose, so nobody can agree to it."))
    if shown.purpose != declared.code:
        raise ValidationError(_("This text belongs to another purpose."))
    with writing("privacy.consent_give", detail={"purpose": purpose, "version": shown.version}):
        return _event(subject, purpose, shown, given=True, via=via)


def withdraw(subject: UUID, purpose: str, *, via: str) -> Request | None:
    """Withdraw consent: it counts from this moment, and a request with a clock sees that processing stops.

    None where no consent stood: there is nothing to stop.
    """
    declared = _by_consent(purpose)
    now = timezone.now()
    with writing("privacy.consent_withdraw", detail={"purpose": purpose}):
        if not models.consented(subject, declared.code, now):
            return None
        _event(subject, purpose, None, given=False, via=via)
        return requests.receive(subject, RequestKind.WITHDRAW, purpose=purpose, via=via)


def _event(subject: UUID, purpose: str, text: ConsentText | None, *, given: bool, via: str) -> ConsentEvent:
    return ConsentEvent.objects.create(
        subject=subject,
        purpose=purpose,
        text=text,
        given=given,
        at=timezone.now(),
        by=current_actor(),
        via=via,
    )


def _by_consent(code: str) -> Purpose:
    purpose = purpose_of(code)
    if purpose.basis != Basis.CONSENT:
        raise ValidationError(
            _("“%(title)s” does not rest on consent but on %(basis)s.")
            % {"title": purpose.title, "basis": Basis(purpose.basis).label}
        )
    return purpose
