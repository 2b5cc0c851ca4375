"""The queue. Only queue.py and services.py write this table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jcoc.trail.access import ADMINISTRATOR


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class TaskQuerySet(models.QuerySet["Task"]):
    def visible(self, principal: Any) -> Self:
        """All for an administrator, their own for everybody else."""
        if principal is None:
            return self.none()
        return self if ADMINISTRATOR in principal.roles else self.filter(asked_by=principal.id)


class Task(models.Model):
    """Something to be done in the background: its arguments are ids, never anything of a person."""

    audit_exempt = "bookkeeping of the queue; who cancels or repeats a task is entered as such"

    name = models.CharField(_("task"), max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    priority = models.SmallIntegerField(default=0)
    #: Two tasks with the same key are one: the second is not taken in.
    key = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001 -- many rows have none
    asked_by = models.CharField(_("asked by"), max_length=80)
    created = models.DateTimeField(_("asked"), auto_now_add=True)
    run_after = models.DateTimeField(_("not before"))
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    attempts = models.PositiveSmallIntegerField(default=5)
    #: Of the attempt under way: who has it, and until when nobody else takes it.
    claim = models.CharField(max_length=32, blank=True)
    lease = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    started = models.DateTimeField(_("begun"), null=True)
    finished = models.DateTimeField(_("ended"), null=True)
    fraction = models.FloatField(_("progress"), default=0)
    progress = models.JSONField(default=list)
    result = models.JSONField(null=True)
    error = models.JSONField(default=list)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "run_after"], name="tasks_due"),
            models.Index(fields=["asked_by", "-id"], name="tasks_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING) | (Q(lease__isnull=False) & ~Q(claim="")),
                name="tasks_running_is_claimed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def title(self) -> str:
        from jcoc.trail.tasks.registry import titled

        return titled(self.name)

    @property
    def progress_text(self) -> str:
        """What it does just now, in the reader's language."""
        return _sentence(self.progress)

    @property
    def error_text(self) -> str:
        """Why its newest attempt failed, in the reader's language."""
        return _sentence(self.error)

    @property
    def percent(self) -> int:
        return round(100 * self.fraction)

    @property
    def took(self) -> timedelta | None:
        """How long its newest attempt has taken."""
        if self.started is None or (self.finished is None and self.state != State.RUNNING):
            return None
        return (self.finished or timezone.now()) - self.started

    @property
    def waits_until(self) -> datetime | None:
        """For one that failed before: when it is tried again."""
        return self.run_after if self.state == State.WAITING and self.attempt else None


def _sentence(kept: list[Any]) -> str:
    if not kept:
        return ""
    text, values = kept
    if not text:
        return ""
    return gettext(text) % values if values else gettext(text)
