"""What officers type about residents. services.py checks it; these say what it is, and never show what is sealed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.city.models import Place
from jcoc.people.identity import services
from jcoc.people.identity.models import SEALED, Channel, Person
from jcoc.trail.sealing.seals import CHOSEN

#: Browsers keep what is typed into forms; not this.
_PRIVATE = {"autocomplete": "off"}


class PlaceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.parent.name}" if obj.parent else obj.name


class PersonForm(forms.Form):
    """A new person. `places` are those where the officer's role reaches; `anywhere` lets the place open."""

    name = forms.CharField(
        label=gettext_lazy("Full name"),
        max_length=150,
        error_messages={"required": gettext_lazy("Write the name.")},
    )
    nik = forms.CharField(
        label="NIK",
        required=False,
        help_text=gettext_lazy("16 digits, as on the identity card. It tells date of birth and sex."),
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        required=False,
        help_text=gettext_lazy("Left empty, it follows from the NIK."),
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=500, required=False)
    bank_account = forms.CharField(
        label=gettext_lazy("Bank account"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Bank and number; only where somebody is paid."),
    )
    preferred_channel = forms.ChoiceField(
        label=gettext_lazy("How the city may reach this person"), choices=Channel.choices
    )
    place = PlaceChoice(label=gettext_lazy("Kelurahan"), queryset=Place.objects.none(), required=False)

    def __init__(self, *args: Any, places: QuerySet[Place], anywhere: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        place = self.fields["place"]
        assert isinstance(place, PlaceChoice)
        place.queryset, place.required = places.select_related("parent"), not anywhere
        for name, kind in (("birth_date", "date"), ("phone", "tel"), ("email", "email")):
            self.fields[name].widget.input_type = kind
        self.fields["birth_date"].widget.format = "%Y-%m-%d"
        self.fields["nik"].widget.attrs["inputmode"] = "numeric"
        for name in SEALED:
            self.fields[name].widget.attrs |= _PRIVATE

    def says(self) -> dict[str, Any] | None:
        """What the typed NIK says, where it is one."""
        try:
            nik = services.read_nik(self.data.get(self.add_prefix("nik"), ""))
        except ValidationError:
            return None
        return {"nik": nik, "sex": _("woman") if nik.sex == "female" else _("man")}

    def take(self, error: ValidationError) -> None:
        """Put what the services found beside the fields."""
        for field, faults in error.message_dict.items():
            for fault in faults:
                self.add_error(field if field in self.fields else None, fault)


class ChangeForm(PersonForm):
    """A change of some fields: empty ones stay as they are, and each says by its mask what it holds."""

    clear = forms.MultipleChoiceField(
        label=gettext_lazy("Take away"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        initial = {"preferred_channel": person.preferred_channel, "place": person.place_id}
        super().__init__(*args, initial=initial, **options)
        self.fields["name"].required = False
        filled = [name for name in SEALED if getattr(person, name)]
        for name in filled:
            self.fields[name].help_text = _("Now %(mask)s. Leave empty to keep it.") % {
                "mask": getattr(person, name)
            }
        choices = [(name, self.fields[name].label) for name in filled if name != "name"]
        if choices:
            self.fields["clear"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["clear"]

    def changes(self) -> dict[str, Any]:
        """The fields that the officer filled or cleared, and the plain ones."""
        values = self.cleaned_data
        cleared = values.get("clear", [])
        given = {name: values[name] for name in SEALED if values.get(name)}
        given |= {name: "" for name in cleared if name not in given}
        return given | {"preferred_channel": values["preferred_channel"], "place": values["place"]}


class SearchForm(forms.Form):
    by = forms.ChoiceField(
        label=gettext_lazy("Search by"), choices=[("nik", "NIK"), ("phone", gettext_lazy("Telephone"))]
    )
    text = forms.CharField(
        label=gettext_lazy("The whole number"), widget=forms.TextInput(_PRIVATE | {"inputmode": "numeric"})
    )


class OpenForm(forms.Form):
    field = forms.ChoiceField(choices=[(name, name) for name in SEALED])
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose a reason")), *CHOSEN]
    )
    note = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example the number of the request."),
    )


class GuardianForm(forms.Form):
    nik = forms.CharField(
        label=gettext_lazy("NIK of the guardian"),
        widget=forms.TextInput(_PRIVATE | {"inputmode": "numeric"}),
        help_text=gettext_lazy("The guardian must be registered."),
    )
