from django import forms
from django.contrib.auth.forms import UsernameField
from django.utils.translation import gettext_lazy as _

from jcoc.people.models import Role


class AccountForm(forms.Form):
    username = UsernameField(label=_("Log-in name"), max_length=150)
    full_name = forms.CharField(label=_("Full name"), max_length=150, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        label=_("First password"),
        min_length=12,
        help_text=_("At least 12 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class KioskForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the screen"), max_length=100, help_text=_("For example: wall of the operation room")
    )
