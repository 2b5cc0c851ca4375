from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jcoc.people.privacy.forms import BreachForm
from jcoc.people.privacy.models import Breach, BreachState
from jcoc.people.privacy.services import breaches

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _breach(**values: Any) -> Breach:
    known = {
        "title": "Ponsel hilang",
        "discovered": timezone.now() - timedelta(hours=10),
        "kinds": ["contact"],
    }
    return breaches.open_breach(known | values)


def test_a_notice_that_lacks_something_has_not_gone() -> None:
    breach = _breach()
    with pytest.raises(ValidationError, match="lacks"):
        breaches.mark_notified(breach)
    assert Breach.objects.get().state == BreachState.OPEN
    breaches.change(breach, {"how": "Hilang di pasar", "remedy": "Haknya dicabut"})
    breaches.mark_notified(breach)
    assert breach.clock.state(timezone.now()) == "met"
    breaches.close(breach)
    assert [step.what for step in breach.steps.all()] == ["opened", "changed", "notified", "closed"]


def test_a_notice_after_three_days_was_late() -> None:
    breach = _breach(discovered=timezone.now() - timedelta(hours=73), how="x", remedy="y")
    assert breach.clock.state(timezone.now()) == "overdue"
    breaches.mark_notified(breach)
    assert breach.clock.state(timezone.now()) == "late"


def test_a_closed_breach_does_not_change() -> None:
    breach = _breach(how="x", remedy="y")
    breaches.mark_notified(breach)
    breaches.close(breach)
    with pytest.raises(ValidationError, match="closed"):
        breaches.change(breach, {"how": "lain"})


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("discovered", {"discovered": "2999-01-01T08:00"}),
        ("happened_until", {"happened_from": "2026-01-02T08:00", "happened_until": "2026-01-01T08:00"}),
        ("happened_from", {"happened_from": "2026-01-03T08:00", "discovered": "2026-01-02T08:00"}),
        ("kinds", {"kinds": ["tidak ada"]}),
        ("affected", {"affected": "-3"}),
        ("title", {"title": ""}),
    ],
)
def test_impossible_facts_are_refused_by_field(field: str, changes: dict[str, Any]) -> None:
    filled = {"title": "Ponsel hilang", "discovered": "2026-01-02T08:00", "kinds": ["contact"]}
    form = BreachForm(filled | changes)
    assert not form.is_valid()
    assert field in form.errors
