"""That something changed which ingest and live hold in memory: a number that every such write raises.

Every process connects the signals; the directory itself, with its arrays, is loaded only where readings come in.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.signals import m2m_changed, post_delete, post_save

from jcoc.telemetry import models

#: The rows of DirectoryVersion: what a Snapshot holds, and who may listen to live streams (people and sessions).
DIRECTORY, RIGHTS = 1, 2


def current_version(of: int = DIRECTORY) -> int:
    return models.DirectoryVersion.objects.filter(pk=of).values_list("version", flat=True).first() or 0


def touch(of: int = DIRECTORY) -> None:
    """Say that something changed. Bulk writes send no signal: they call it, in their transaction."""
    row = models.DirectoryVersion.objects.filter(pk=of)
    if not row.update(version=F("version") + 1):
        # Another process may be about to write the first row, too.
        models.DirectoryVersion.objects.bulk_create([models.DirectoryVersion(pk=of)], ignore_conflicts=True)
        row.update(version=F("version") + 1)


def _touched(**_signal: Any) -> None:
    touch()


def _rights_touched(update_fields: frozenset[str] | None = None, **_signal: Any) -> None:
    if not update_fields or update_fields - {"last_login", "last_opened"}:
        touch(RIGHTS)


def connect_signals() -> None:
    """Called once, when the app is ready."""
    from django.contrib.sessions.models import Session

    from jcoc.people.models import KioskLink, RoleGrant, User

    for model in (
        models.Datastream,
        models.QualityRule,
        models.DeviceToken,
        models.MqttTopic,
        models.FeatureOfInterest,
    ):
        post_save.connect(_touched, sender=model, dispatch_uid=f"directory-save-{model.__name__}")
        post_delete.connect(_touched, sender=model, dispatch_uid=f"directory-delete-{model.__name__}")
    m2m_changed.connect(
        _touched, sender=models.DeviceToken.datastreams.through, dispatch_uid="directory-token-datastreams"
    )
    for people in (User, RoleGrant, KioskLink):
        post_save.connect(_rights_touched, sender=people, dispatch_uid=f"rights-save-{people.__name__}")
        post_delete.connect(_rights_touched, sender=people, dispatch_uid=f"rights-delete-{people.__name__}")
    post_delete.connect(_rights_touched, sender=Session, dispatch_uid="rights-delete-session")
