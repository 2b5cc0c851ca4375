from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jcoc.city.models import Succession


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class SuccessionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Succession
        fields = ["successor", "predecessor", "date", "source", "note"]
        field_classes = {"successor": PlaceField, "predecessor": PlaceField}
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 4}),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        successor, predecessor = values.get("successor"), values.get("predecessor")
        if successor and predecessor:
            if successor == predecessor:
                raise ValidationError(_("A place cannot come from itself."))
            if successor.level != predecessor.level:
                raise ValidationError(_("Both must be of the same level."))
        return values
