"""Notes each row that is saved or deleted, by Django's signals, and what a deletion does to the rows that point at it.

Inside of a block the entries carry the block's action. The rows that a library saves by itself (settings.AUDITED_MODELS
and the accounts) may stand alone: their entry follows the row, in a transaction of its own where none is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from jcoc.trail.audit.digests import digests_of
from jcoc.trail.audit.recording import Draft, append, cover, current, uncover

Model = type[models.Model]


@cache
def is_audited(model: Model) -> bool:
    """Whether rows of a model enter the chain: all of jcoc's and of apps that say `audited`, save those that say why
    not, and some of others."""
    if model._meta.auto_created:
        return is_audited(model._meta.auto_created)
    if model._meta.label in settings.AUDITED_MODELS:
        return True
    app = model._meta.app_config  # none for Django's own table of migrations
    if app is None or not (app.name.startswith("jcoc.") or getattr(app, "audited", False)):
        return False
    return not getattr(model, "audit_exempt", "")


@cache
def may_stand_alone(model: Model) -> bool:
    """Whether a library saves such rows by itself, outside of any block of ours."""
    return model._meta.label in (*settings.AUDITED_MODELS, settings.AUTH_USER_MODEL)


@dataclass
class _Change:
    """What stands before a row is saved or deleted; it waits at the instance for the signal after."""

    before: str = ""
    #: Rows of other tables that the deletion changes or takes along without a signal of their own.
    others: list[tuple[Model, dict[Any, str]]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)


_WAITING = "_audit_change"


def _is_noted(sender: Model) -> bool:
    return is_audited(sender) and (current() is not None or may_stand_alone(sender))


def _bookkeeping(model: Model, fields: frozenset[str] | None) -> bool:
    return fields is not None and fields <= getattr(model, "audit_exempt_fields", frozenset())


def _digest(model: Model, pk: Any, *, lock: bool = False) -> str:
    return "" if pk is None else digests_of(model, [pk], lock=lock).get(pk, "")


def _before_save(
    sender: Model, instance: models.Model, update_fields: frozenset[str] | None = None, **_signal: Any
) -> None:
    if not _is_noted(sender):
        return
    change = _Change(tables=[sender._meta.db_table])
    if not _bookkeeping(sender, update_fields):
        change.before = _digest(sender, instance.pk, lock=True)
    cover(change.tables)
    instance.__dict__[_WAITING] = change


def _after_save(
    sender: Model, instance: models.Model, update_fields: frozenset[str] | None = None, **_signal: Any
) -> None:
    change: _Change | None = instance.__dict__.pop(_WAITING, None)
    if change is None:
        return
    uncover(change.tables)
    if not _bookkeeping(sender, update_fields):
        _note([(sender, instance.pk, change.before, _digest(sender, instance.pk))])


def _before_delete(sender: Model, instance: models.Model, **_signal: Any) -> None:
    if not _is_noted(sender):
        return
    change = _Change(_digest(sender, instance.pk, lock=True), tables=[sender._meta.db_table])
    for related, column in _touched_by_deletion(sender):
        rows = related._base_manager.filter(**{column: instance.pk}).values_list("pk", flat=True)
        change.others.append((related, digests_of(related, list(rows), lock=True)))
        change.tables.append(related._meta.db_table)
    cover(change.tables)
    instance.__dict__[_WAITING] = change


def _after_delete(sender: Model, instance: models.Model, **_signal: Any) -> None:
    change: _Change | None = instance.__dict__.pop(_WAITING, None)
    if change is None:
        return
    uncover(change.tables)
    noted = [(sender, instance.pk, change.before, "")]
    for related, before in change.others:
        after = digests_of(related, before)
        noted += [(related, pk, digest, after.get(pk, "")) for pk, digest in before.items()]
    _note(noted)


@cache
def _touched_by_deletion(model: Model) -> tuple[tuple[Model, str], ...]:
    """Audited models, and their columns, whose rows go or change with a row of `model` without a signal of their own.

    Rows of automatic tables between two models go along; a foreign key may be emptied (SET_NULL and the like).
    """
    return tuple(_silent_relations(model))


def _silent_relations(model: Model) -> Iterator[tuple[Model, str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not (
            relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        ):
            continue
        related = relation.related_model
        assert isinstance(related, type)
        assert issubclass(related, models.Model)
        on_delete = getattr(relation, "on_delete", None)
        emptied = on_delete not in (
            models.CASCADE, models.PROTECT, models.RESTRICT, models.DO_NOTHING, None
        )  # fmt: skip
        if is_audited(related) and (related._meta.auto_created or emptied):
            yield related, relation.field.attname  # type: ignore[union-attr]


def _many_to_many(
    sender: Model,
    instance: models.Model,
    *,
    action: str,
    reverse: bool,
    model: Model,
    pk_set: set[Any] | None,
    **_signal: Any,
) -> None:
    """Each row of the table between two models is a row like any other."""
    if not _is_noted(sender):
        return
    moment, verb = action.split("_")
    owner = model if reverse else type(instance)
    relation: Any = next(f for f in owner._meta.many_to_many if f.remote_field.through is sender)
    ends = (relation.m2m_field_name(), relation.m2m_reverse_field_name())
    here, there = reversed(ends) if reverse else ends
    between = {here: instance.pk} | ({} if pk_set is None else {f"{there}__in": pk_set})
    waiting: dict[Any, _Change] = instance.__dict__.setdefault(f"{_WAITING}_{relation.name}", {})
    if moment == "pre":
        change = _Change(tables=[sender._meta.db_table])
        if verb != "add":
            rows = list(sender._base_manager.filter(**between).values_list("pk", flat=True))
            change.others.append((sender, digests_of(sender, rows, lock=True)))
        cover(change.tables)
        waiting[verb] = change
        return
    change = waiting.pop(verb)
    uncover(change.tables)
    if verb == "add":
        rows = list(sender._base_manager.filter(**between).values_list("pk", flat=True))
        _note([(sender, pk, "", digest) for pk, digest in digests_of(sender, rows).items()])
    for _model, before in change.others:
        _note([(sender, pk, digest, "") for pk, digest in before.items()])


def _note(rows: list[tuple[Model, Any, str, str]]) -> None:
    """Enter what happened to rows: (model, key, digest before, digest after)."""
    block = current()
    if block is not None:
        for row in rows:
            block.add_row(*row)
        return
    drafts = []
    for model, pk, before, after in rows:
        if before != after:
            verb = "deleted" if not after else "changed" if before else "added"
            label = model._meta.label_lower
            drafts.append(Draft(f"{label}.{verb}", label, str(pk), before, after))
    append(drafts)


def connect() -> None:
    """Listen to every model; called once, when the applications are ready."""
    pre_save.connect(_before_save, dispatch_uid="audit")
    post_save.connect(_after_save, dispatch_uid="audit")
    pre_delete.connect(_before_delete, dispatch_uid="audit")
    post_delete.connect(_after_delete, dispatch_uid="audit")
    m2m_changed.connect(_many_to_many, dispatch_uid="audit")
