"""A sealed column: give it plain text, and the row holds a blob; read it, and get its mask.

class Person(models.Model):
    id = models.UUIDField(primary_key=True)
    nik = SealedText("identity.person.nik", "number")

person.nik = "1571…"      sealed at once under the key of person.id, which must be there
str(person.nik)           "••••0001", also in templates and forms
person.nik.open(reason=…) the text, after an entry in the audit trail
values_list("nik")        the blob; a filter by it other than isnull is refused
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from jcoc.trail.sealing import seals
from jcoc.trail.sealing import specific as specifics


class Sealed:
    """The sealed value of one row's column. True where there is one."""

    __slots__ = ("_subject", "blob", "context", "kind", "specific")

    def __init__(
        self, subject: uuid.UUID, context: str, blob: bytes | None, kind: str, specific: bool
    ) -> None:
        self._subject, self.context, self.blob, self.kind = subject, context, blob, kind
        self.specific = specific

    def __bool__(self) -> bool:
        return self.blob is not None

    def __str__(self) -> str:
        return seals.masked(self._subject, self.context, self.blob, self.kind)

    def __repr__(self) -> str:
        return f"<sealed {self.context}{'' if self else ', empty'}>"

    def open(self, *, reason: str, note: str = "", specific: bool | None = None) -> str:
        """The text; an empty column is an empty text and no opening. See seals.open_many."""
        if self.blob is None:
            return ""
        marked = self.specific if specific is None else specific
        return seals.open_sealed(
            self._subject, self.context, self.blob, reason=reason, note=note, specific=marked
        )

    def judge(self, test: Callable[[str], bool]) -> bool:
        """A yes or no about the text; see seals.judge. `ValueError` where the column is empty."""
        subject, context, blob = self.item()
        return seals.judge(subject, context, blob, test)

    def item(self) -> seals.Item:
        """For seals.open_many. `ValueError` where the column is empty."""
        if self.blob is None:
            raise ValueError(f"{self.context} is empty.")
        return self._subject, self.context, self.blob


class _SealedAttribute(DeferredAttribute):
    field: SealedText

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        blob = super().__get__(instance, owner)
        return self.field.sealed(instance, None if blob is None else bytes(blob))

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.as_blob(instance, value)


class SealedText(models.BinaryField):  # type: ignore[type-arg]
    """A text that is sealed under the key of the row's subject.

    `context` names the column for good: what is sealed is bound to it. `kind` says what the mask shows
    (masking.Kind). `subject` is the attribute that holds the person's id. `specific` marks specific data of the law.
    """

    if TYPE_CHECKING:  # what the types of the row's attribute are
        _pyi_private_set_type: str | Sealed | bytes | None
        _pyi_private_get_type: Sealed  # type: ignore[assignment]

    descriptor_class = _SealedAttribute

    def __init__(
        self,
        context: str = "",
        kind: str = "hidden",
        *,
        subject: str = "pk",
        specific: bool = False,
        **options: Any,
    ) -> None:
        options |= {"null": True, "blank": True, "editable": False}
        super().__init__(**options)
        self.context, self.kind, self.subject, self.specific = context, kind, subject, specific
        if specific:
            specifics.mark(context)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        # A migration needs the column only: what is sealed does not depend on how it is shown.
        name, _path, arguments, options = super().deconstruct()
        options.pop("blank", None)
        return name, "django.db.models.BinaryField", arguments, options

    def sealed(self, instance: models.Model, blob: bytes | None) -> Sealed:
        return Sealed(getattr(instance, self.subject), self.context, blob, self.kind, self.specific)

    def as_blob(self, instance: models.Model, value: Any) -> bytes | None:
        if isinstance(value, Sealed):
            return value.blob
        if isinstance(value, str):
            text = value.strip()
            return seals.seal(getattr(instance, self.subject), self.context, text) if text else None
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.context} is sealed: set it on a row, and look it up by its blind index.")
        return value.blob if isinstance(value, Sealed) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__[self.attname]

    def value_from_object(self, obj: models.Model) -> Any:
        return obj.__dict__[self.attname]

    def value_to_string(self, obj: models.Model) -> str:
        return base64.b64encode(self.value_from_object(obj) or b"").decode()
