from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.models import Breach, RequestKind

VIA = [
    ("counter", _("at the counter")),
    ("letter", _("by letter")),
    ("phone", _("by phone")),
    ("email", _("by e-mail")),
]


class RequestForm(forms.Form):
    """What an officer enters for a person who came, called or wrote."""

    kind = forms.ChoiceField(
        label=_("What is asked for"), choices=[c for c in RequestKind.choices if c[0] != RequestKind.WITHDRAW]
    )
    via = forms.ChoiceField(label=_("How it came"), choices=VIA)
    words = forms.CharField(
        label=_("In the person's words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept sealed under the person's key."),
    )


class OwnRequestForm(forms.Form):
    """What a person asks for on the own page."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=[
            c
            for c in RequestKind.choices
            if c[0] not in (RequestKind.WITHDRAW, RequestKind.SEE, RequestKind.EXPORT)
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer to the person"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A refusal needs a reason."),
    )


class TextForm(forms.Form):
    text_id = forms.CharField(
        label=_("Text in Indonesian"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "id"}),
    )
    text_en = forms.CharField(
        label=_("Text in English"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6, "lang": "en"})
    )
    asks_again = forms.BooleanField(
        label=_("Ask everybody again"),
        required=False,
        help_text=_("For a change of what is done with the data: earlier consent no longer counts."),
    )


class BreachForm(forms.ModelForm):  # type: ignore[type-arg]
    kinds = forms.MultipleChoiceField(
        label=_("Which data"), choices=DataKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Breach
        fields = (
            "title",
            "discovered",
            "happened_from",
            "happened_until",
            "kinds",
            "affected",
            "how",
            "consequences",
            "remedy",
            "advice",
            "contact",
            "public",
        )
        widgets = {
            **{
                name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                for name in ("discovered", "happened_from", "happened_until")
            },
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("how", "consequences", "remedy", "advice")
            },
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        discovered, start, end = (values.get(n) for n in ("discovered", "happened_from", "happened_until"))
        if discovered and discovered > timezone.now():
            self.add_error("discovered", _("This lies in the future."))
        if start and end and end < start:
            self.add_error("happened_until", _("The end lies before the beginning."))
        if start and discovered and start > discovered:
            self.add_error("happened_from", _("It cannot have happened after it was discovered."))
        return values
