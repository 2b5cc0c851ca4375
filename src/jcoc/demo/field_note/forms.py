from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.city.models import Level, Place
from jcoc.demo.field_note.models import FieldNote
from jcoc.trail.uploads.fields import UploadField

_MINUTE = "%Y-%m-%dT%H:%M"
_CLOCKS_DIFFER = timedelta(minutes=10)


class FieldNoteForm(forms.ModelForm):  # type: ignore[type-arg]
    photo = UploadField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP. Where it was taken is removed from the file."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = FieldNote
        fields = ["text", "place", "seen", "urgency"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            # The device fills in its clock: a page that lies on it for days knows no now.
            "seen": forms.DateTimeInput(attrs={"type": "datetime-local", "data-now": ""}, format=_MINUTE),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        kelurahan = Place.objects.of_level(Level.KELURAHAN).valid_on(today).order_by("name")
        self.fields["place"].queryset = kelurahan  # type: ignore[attr-defined]
        self.fields["seen"].input_formats = [_MINUTE]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def clean_seen(self) -> datetime:
        seen: datetime = self.cleaned_data["seen"]
        if seen > timezone.now() + _CLOCKS_DIFFER:
            raise forms.ValidationError(_("This lies in the future; check the clock of your phone."))
        return seen

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}
