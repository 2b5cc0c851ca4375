"""The forms of an account and of a role that is given; they offer only what the giver may give."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.city.models import Level, Place, Site
from jcoc.people import scope
from jcoc.people.access import Principal
from jcoc.people.granting import GIVES, givable
from jcoc.people.models import Role
from jcoc.people.programmes import ProgrammeInput
from jcoc.people.services import Grant

CITY = "city"
Choice = tuple[str, Any]


def place_choices(places: Iterable[Place], prefix: str = "") -> list[Choice]:
    """Kecamatan and kelurahan as choices, one group each; the city itself is not a part of it."""
    groups: dict[str, list[tuple[str, str]]] = {Level.KECAMATAN: [], Level.KELURAHAN: []}
    for place in places:
        if place.level in groups:
            groups[place.level].append((f"{prefix}{place.pk}", place.name))
    words = {Level.KECAMATAN: _("Kecamatan"), Level.KELURAHAN: _("Kelurahan")}
    return [
        (words[Level(level)], sorted(group, key=lambda each: each[1]))
        for level, group in groups.items()
        if group
    ]


def where_choices(principal: Principal) -> list[Choice]:
    """Where this principal may give roles: parts of the city of today, and the whole of it where his own role is so."""
    givers = [held for held in principal.grants if held.role in GIVES]
    places = Place.objects.valid_on(timezone.localdate())
    sites = Site.objects.all()
    city = any(held.place_id is None and held.site_id is None for held in givers)
    if not city:
        inside = scope.places_within([held.place_id for held in givers if held.place_id is not None])
        places = places.filter(pk__in=inside)
        of_sites = [held.site_id for held in givers if held.site_id is not None]
        sites = sites.filter(Q(pk__in=of_sites) | Q(place__in=inside))
    groups: list[Choice] = [(CITY, _("The whole city"))] if city else []
    groups += place_choices(places, "place-")
    if listed := [(f"site-{site.pk}", site.name) for site in sites]:
        groups.append((_("Schools and other sites"), listed))
    return groups


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    where = forms.ChoiceField(
        label=gettext_lazy("Where it holds"),
        help_text=gettext_lazy("In a kecamatan it holds in each of its kelurahan, too."),
    )
    programme = forms.SlugField(
        label=gettext_lazy("Only in the programme"),
        max_length=50,
        required=False,
        widget=ProgrammeInput,
        help_text=gettext_lazy("Its code, for example pakar_kasih. Empty: in every programme."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until it is taken back."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("For example the number of the letter of appointment."),
    )

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = givable(principal.grants)
        roles = [choice for choice in Role.choices if choice[0] in may]
        where = where_choices(principal)
        self.fields["role"].choices = _with_none(roles)  # type: ignore[attr-defined]
        self.fields["where"].choices = _with_none(where)  # type: ignore[attr-defined]
        programmes = {held.programme for held in principal.grants if held.role in GIVES}
        if len(programmes) == 1 and "" not in programmes:
            self.fields["programme"].initial = programmes.pop()

    def grant(self) -> Grant:
        """What was asked for. The last day counts in full."""
        values = self.cleaned_data
        kind, _dash, number = values["where"].partition("-")
        until = None
        if values["last_day"] is not None:
            until = timezone.make_aware(datetime.combine(values["last_day"] + timedelta(days=1), time()))
        return Grant(
            values["role"],
            place=Place.objects.get(pk=number) if kind == "place" else None,
            site=Site.objects.get(pk=number) if kind == "site" else None,
            programme=values["programme"],
            valid_until=until,
            reason=values["reason"],
        )

    def clean_last_day(self) -> Any:
        day = self.cleaned_data["last_day"]
        if day is not None and day.year >= 3000:
            raise ValidationError(_("That is no date a role could end on."))
        return day


class AccountForm(GrantForm):
    username = UsernameField(label=gettext_lazy("Log-in name"), max_length=150)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150, required=False)
    password = forms.CharField(
        label=gettext_lazy("First password"),
        min_length=12,
        help_text=gettext_lazy("At least 12 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("username", "full_name", "password", "role", "where", "programme", "last_day", "reason")


def _with_none(choices: list[Choice]) -> list[Choice]:
    """With an empty first choice, so that nothing is chosen by oversight; a single choice stands chosen."""
    single = len(choices) == 1 and (not isinstance(choices[0][1], list) or len(choices[0][1]) == 1)
    return choices if single else [("", _("Choose …")), *choices]


_FIELDS = {"place": "where", "site": "where", "valid_until": "last_day", "valid_from": "last_day"}


def on_fields(form: forms.Form, error: ValidationError, *, otherwise: str | None = None) -> None:
    """Put what a service found wrong beside the fields it is about."""
    if not hasattr(error, "error_dict"):
        form.add_error(otherwise, error)
        return
    for name, faults in error.error_dict.items():
        field = _FIELDS.get(name, name)
        form.add_error(field if field in form.fields else None, faults)
