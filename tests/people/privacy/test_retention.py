from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jcoc.people.privacy.models import Request, RequestKind, RetentionRun
from jcoc.people.privacy.purposes import Retention, declare
from jcoc.people.privacy.services import requests, retention
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.sealing import seals

from .conftest import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def rule(shelf: Shelf, db: None) -> Retention:
    rule = Retention(
        code="test_requests",
        title="Requests",
        kept=timedelta(days=365),
        why="the answer may be asked for",
        due=lambda before: Request.objects.filter(closed__lt=before).count(),
        freeze=lambda before: {"closed": Request.objects.filter(closed__lt=before).count()},
        remove=lambda before: Request.objects.filter(closed__lt=before).delete()[0],
    )
    declare(rule)
    for years in (0, 2):
        request = requests.receive(seals.new_subject(), RequestKind.SEE, via="counter")
        requests.fulfil(request)
        with unguarded():
            Request.objects.filter(pk=request.pk).update(closed=timezone.now() - timedelta(days=365 * years))
    return rule


def test_a_dry_run_counts_and_removes_nothing(rule: Retention) -> None:
    found = {due.rule.code: due.rows for due in retention.due()}
    assert found["test_requests"] == 1
    assert Request.objects.count() == 2
    assert not RetentionRun.objects.exists()


def test_what_goes_is_frozen_first_and_counted(rule: Retention) -> None:
    runs = {run.code: run for run in retention.apply()}
    assert runs["test_requests"].summary == {"closed": 1}
    assert runs["test_requests"].removed == 3  # the request and its two steps
    assert Request.objects.count() == 1
    assert retention.apply() == []


def test_a_rule_that_fails_leaves_its_rows(rule: Retention, shelf: Shelf) -> None:
    def fail(before: object) -> int:
        raise RuntimeError("the disk is full")

    declare(Retention("test_zz", "Z", timedelta(0), "w", lambda before: 1, fail))
    with pytest.raises(RuntimeError):
        retention.apply()
    assert Request.objects.count() == 1  # the rule before it had its own transaction
    assert not RetentionRun.objects.filter(code="test_zz").exists()
