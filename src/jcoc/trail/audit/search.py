"""Finding entries: what was asked for, and a page of it by the numbers of the entries, however long the chain is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.trail.audit import words
from jcoc.trail.audit.models import Entry

PAGE = 50
_SAME_NAME = 20
_CODE = re.compile(r"[\w.:*-]{1,80}")


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Name(forms.CharField):
    """An id, or a name where such are looked for; what is of persons is sealed, and would stand in the address."""

    default_error_messages = {
        "person": _(
            "This looks like a number of a person. Search by the id that the audit trail has instead."
        ),
    }

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if re.fullmatch(r"\d{15,}", re.sub(r"[\s.-]", "", text)):
            raise forms.ValidationError(self.error_messages["person"], "person")
        return text


class _Code(_Name):
    default_error_messages = {
        "code": _("Ids are letters, digits, dots and dashes, such as user-7."),
    }

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and not _CODE.fullmatch(text):
            raise forms.ValidationError(self.error_messages["code"], "code")
        return text


class SearchForm(forms.Form):
    since = _Day(label=_("From"), required=False)
    until = _Day(label=_("Until"), required=False)
    actor = _Name(label=_("Who (id, or name of an account)"), required=False, max_length=80)
    action = _Code(label=_("Action"), required=False, max_length=80)
    kind = _Code(label=_("Kind"), required=False, max_length=80)
    object = _Name(label=_("Object (id, or name of an account)"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("action", words.actions()), ("kind", words.kinds())):
            chosen = self.data.get(name, "")
            choices = sorted(known.items(), key=lambda pair: pair[1].lower())
            if chosen and chosen not in known:
                choices.append((chosen, chosen[:80]))
            self.fields[name].widget = forms.Select(choices=[("", _("All")), *choices])

    def clean_actor(self) -> list[str]:
        """The actors that are meant."""
        text = self.cleaned_data["actor"]
        if not text or words.is_actor(text):
            return [text] if text else []
        return self._meant(text, words.actors_called(text, _SAME_NAME + 1))

    def clean_object(self) -> list[str]:
        """The ids that are meant, of objects of the kind that was said."""
        text, kind = self.cleaned_data["object"], self.cleaned_data.get("kind", "")
        if not text or text.isdigit():
            return [text] if text else []
        return self._meant(text, words.objects_called(kind, text, _SAME_NAME + 1))

    def _meant(self, text: str, called: list[str]) -> list[str]:
        if len(called) > _SAME_NAME:
            raise forms.ValidationError(
                _("More than %(most)s accounts are called so; write more of the name."),
                "many",
                {"most": _SAME_NAME},
            )
        if not called and not _CODE.fullmatch(text):
            raise forms.ValidationError(
                _("No account is called so. Everything else is found by its id, such as user-7."), "unknown"
            )
        return called or [text]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first."))
        if values.get("object") and not values.get("kind"):
            self.add_error("kind", _("Say of which kind the object is."))
        return values


def entries(asked: dict[str, Any]) -> QuerySet[Entry]:
    """The entries of a valid search, the newest first."""
    found = Entry.objects.order_by("-seq")
    for name in ("action", "kind"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    for name in ("actor", "object"):
        # One by itself, so that the index gives the order, too.
        if len(meant := asked.get(name) or []) == 1:
            found = found.filter(**{name: meant[0]})
        elif meant:
            found = found.filter(**{f"{name}__in": meant})
    if asked.get("since"):
        found = found.filter(at__gte=_midnight(asked["since"]))
    if asked.get("until"):
        found = found.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
    return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Page:
    """Entries with numbers that go down, and from where the next newer and older page go on."""

    entries: list[Entry] = field(default_factory=list)
    newer: int | None = None
    older: int | None = None


def page(found: QuerySet[Entry], *, before: int | None = None, after: int | None = None) -> Page:
    """The page of entries below the number `before`, or above `after`, or the newest."""
    if after is not None:
        above = list(found.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        listed = above[:PAGE][::-1]
        if not listed:
            return page(found)
        return Page(listed, listed[0].seq if len(above) > PAGE else None, listed[-1].seq)
    listed = list((found if before is None else found.filter(seq__lt=before))[: PAGE + 1])
    more = len(listed) > PAGE
    listed = listed[:PAGE]
    newer = listed[0].seq if before is not None and listed else None
    return Page(listed, newer, listed[-1].seq if more else None)


def walk(found: QuerySet[Entry], at_most: int, part: int = 2_000) -> Iterator[Entry]:
    """All of them up to a number, in parts: nothing is held open meanwhile."""
    below = at_most + 1
    while rows := list(found.filter(seq__lt=below)[:part]):
        yield from rows
        below = rows[-1].seq
