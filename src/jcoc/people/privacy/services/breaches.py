"""The breach register: opened with its clock, filled while more becomes known, notified, closed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.people.privacy.models import Breach, BreachState, BreachStep
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import watching, writing

#: Article 46: at least which data, when and how, and what is done about it.
NEEDED = ("kinds", "how", "remedy")


def open_breach(values: dict[str, Any]) -> Breach:
    with writing("privacy.breach_open"):
        breach = Breach(**values)
        breach.full_clean()
        breach.save()
        _step(breach, "opened")
    return breach


def change(breach: Breach, values: dict[str, Any]) -> None:
    """Enter what became known; a closed one stays as it is."""
    if breach.state == BreachState.CLOSED:
        raise ValidationError(_("This breach is closed. Open another entry for what became known since."))
    with writing("privacy.breach_change"):
        for name, value in values.items():
            setattr(breach, name, value)
        breach.full_clean()
        breach.save()
        _step(breach, "changed")


def missing(breach: Breach) -> list[str]:
    """Names of the fields that the written notice still lacks."""
    return [str(Breach._meta.get_field(name).verbose_name) for name in NEEDED if not getattr(breach, name)]  # type: ignore[union-attr]


def mark_notified(breach: Breach) -> None:
    """Say that the notice has gone to the people and the authority; the clock stops."""
    if lacking := missing(breach):
        raise ValidationError(_("The notice still lacks: %(fields)s.") % {"fields": ", ".join(lacking)})
    _move(breach, BreachState.OPEN, BreachState.NOTIFIED, notified=timezone.now())


def close(breach: Breach) -> None:
    _move(breach, BreachState.NOTIFIED, BreachState.CLOSED, closed=timezone.now())


def _move(breach: Breach, before: BreachState, after: BreachState, **fields: Any) -> None:
    with writing(f"privacy.breach_{after}"):
        rows = Breach.objects.filter(pk=breach.pk)
        with watching(rows):
            if not rows.filter(state=before).update(state=after, **fields):
                raise ValidationError(_("This breach was changed in between. Look at it again."))
        _step(breach, after)
    breach.refresh_from_db()


def _step(breach: Breach, what: str) -> None:
    BreachStep.objects.create(breach=breach, at=timezone.now(), actor=current_actor(), what=what)
