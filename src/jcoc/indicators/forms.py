from __future__ import annotations

import math
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.indicators.models import Flag, Value


class CorrectionForm(forms.Form):
    """Another number for a value, or that there is none; `version` is the revision that its maker has seen."""

    value = forms.FloatField(
        label=gettext_lazy("New value"), localize=True, required=False,
        help_text=gettext_lazy("Leave it empty where there is no number, and say why in the note."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=Value._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is shown to everybody beside the revision. Name no person."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=Value._meta.get_field("note").max_length
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_value(self) -> float | None:
        value: float | None = self.cleaned_data["value"]
        if value is not None and not math.isfinite(value):
            raise forms.ValidationError(_("Give a number."))
        return value

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if "value" in fields and fields["value"] is None and not fields.get("note"):
            self.add_error("note", _("Where there is no value, a note says why."))
        return fields


class ClosingForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it is settled"), max_length=Flag._meta.get_field("closed_why").max_length
    )
