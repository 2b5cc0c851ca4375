"""Notes each row that is saved or deleted, by Django's signals."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from jcoc.trail.audit.digests import digests_of, keyed
from jcoc.trail.audit.recording import Draft, append, current


@cache
def is_audited(model: type[models.Model]) -> bool:
    """Whether rows of a model enter the chain: all of jcoc's but those that say why not, and some of others."""
    if model._meta.auto_created:
        return is_audited(model._meta.auto_created)
    if model._meta.label in settings.AUDITED_MODELS:
        return True
    app = model._meta.app_config  # none for Django's own table of migrations
    return app is not None and app.name.startswith("jcoc.") and not getattr(model, "audit_exempt", "")


@cache
def may_stand_alone(model: type[models.Model]) -> bool:
    """Whether a library saves such rows by itself, outside of any block of ours."""
    return model._meta.label in (*settings.AUDITED_MODELS, settings.AUTH_USER_MODEL)


def _bookkeeping(model: type[models.Model], fields: frozenset[str] | None) -> bool:
    return fields is not None and fields <= getattr(model, "audit_exempt_fields", frozenset())


def _before(
    sender: type[models.Model],
    instance: models.Model,
    update_fields: frozenset[str] | None = None,
    **_signal: Any,
) -> None:
    if not is_audited(sender) or _bookkeeping(sender, update_fields):
        return
    pk = instance.pk
    digest = "" if pk is None else digests_of(sender, [pk]).get(pk, "")
    block = current()
    if block is not None:
        block.before[sender._meta.label_lower, str(pk)] = digest
    elif may_stand_alone(sender):
        instance._audit_before = digest  # type: ignore[attr-defined]


def _after(
    sender: type[models.Model],
    instance: models.Model,
    update_fields: frozenset[str] | None = None,
    **_signal: Any,
) -> None:
    if not is_audited(sender):
        return
    if _bookkeeping(sender, update_fields):
        if block := current():
            block.noted.add(sender._meta.db_table)
        return
    pk, label = instance.pk, sender._meta.label_lower
    now = digests_of(sender, [pk]).get(pk, "")
    block = current()
    if block is not None:
        block.add(sender, pk, block.before.pop((label, str(pk)), ""), now)
    elif (before := instance.__dict__.pop("_audit_before", now)) != now:
        verb = "deleted" if not now else "changed" if before else "added"
        append([Draft(f"{label}.{verb}", label, str(pk), before, now)])


def _many_to_many(sender: type[models.Model], instance: models.Model, action: str, **_signal: Any) -> None:
    block = current()
    if block is not None and action.startswith("post_") and is_audited(sender):
        name = next(f.name for f in instance._meta.many_to_many if f.remote_field.through is sender)
        keys = sorted(str(key) for key in getattr(instance, name).values_list("pk", flat=True))
        block.noted.add(sender._meta.db_table)
        label = sender._meta.label_lower
        block.drafts.append(
            Draft(block.action, label, str(instance.pk), "", keyed("|".join(keys).encode()), block.detail)
        )


def connect() -> None:
    """Listen to every model; called once, when the applications are ready."""
    pre_save.connect(_before, dispatch_uid="audit")
    post_save.connect(_after, dispatch_uid="audit")
    pre_delete.connect(_before, dispatch_uid="audit")
    post_delete.connect(_after, dispatch_uid="audit")
    m2m_changed.connect(_many_to_many, dispatch_uid="audit")
