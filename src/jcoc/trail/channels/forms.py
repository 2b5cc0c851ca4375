from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jcoc.trail.channels import kinds
from jcoc.trail.channels.addresses import BadAddress, normal
from jcoc.trail.channels.models import Channel, State
from jcoc.trail.channels.words import in_words
from jcoc.trail.sealing import seals


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What of the outbox is shown."""

    state = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=Day)
    until = forms.DateField(label=_("Until"), required=False, widget=Day)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        every = [("", _("All"))]
        self.fields["state"].choices = [*every, *State.choices]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [*every, *Channel.choices]  # type: ignore[attr-defined]
        known = [(kind.code, kind.title) for kind in kinds.every()]
        self.fields["kind"].choices = [*every, *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("since") and values.get("until") and values["since"] > values["until"]:
            self.add_error("until", _("The last day lies before the first."))
        return values


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=seals.CHOSEN)
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=500,
        help_text=_("May stay empty. Only whoever looks after the audit trail reads it."),
    )


class TestForm(forms.Form):
    __test__ = False  # not a test of pytest's

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel)
    address = forms.CharField(
        label=_("Your own address"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=400,
        help_text=_("An e-mail address, a mobile number, or for a letter the address line by line."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("channel") and values.get("address"):
            try:
                values["address"] = normal(values["channel"], values["address"])
            except BadAddress as bad:
                self.add_error("address", in_words(bad.code))
        return values
