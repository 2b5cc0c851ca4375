from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.indicators import numbers
from jcoc.indicators.models import Flag, Value


def written(value: float | None) -> str:
    """A number as the form takes it, in the reader's decimals and without marks of thousands."""
    if value is None:
        return ""
    text = f"{Decimal(repr(value)):f}".removesuffix(".0")
    shown = text.replace(".", str(get_format("DECIMAL_SEPARATOR")))
    return f"{shown}0" if len(numbers.forms(shown)) == 2 and shown != text.replace(".", "") else shown


class CorrectionForm(forms.Form):
    """Another number for a value, or that there is none; `version` is the revision that its maker has seen."""

    value = forms.CharField(
        label=gettext_lazy("New value"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
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
    anyway = forms.BooleanField(
        label=gettext_lazy("Keep it all the same"), required=False, widget=forms.HiddenInput
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_value(self) -> float | None:
        """As a spreadsheet's texts are read, 1.234,5 and 1,234.5; what can be read both ways is asked for again."""
        text: str = self.cleaned_data["value"]
        if numbers.is_empty(text):
            return None
        try:
            return numbers.from_text(text, None).value
        except numbers.Ambiguous:
            whole = text.replace(".", "").replace(",", "")
            raise forms.ValidationError(
                _(
                    "“%(said)s” can be read in two ways. Write %(whole)s if it is a whole number, else %(decimal)s."
                )
                % {"said": text, "whole": whole, "decimal": f"{text}0"}
            ) from None
        except numbers.TooLarge:
            raise forms.ValidationError(_("The number is too large.")) from None
        except numbers.NotANumber:
            raise forms.ValidationError(_("Give a number.")) from None

    def ask(self, doubts: list[str]) -> None:
        """Whether the value is meant, before it is kept."""
        self.fields["anyway"].widget = forms.CheckboxInput()
        self.add_error("anyway", [*doubts, _("Mend the value, or tick this box.")])

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if "value" in fields and fields["value"] is None and not fields.get("note"):
            self.add_error("note", _("Where there is no value, a note says why."))
        return fields


class ClosingForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it is settled"), max_length=Flag._meta.get_field("closed_why").max_length
    )
