from django import forms
from django.utils.translation import gettext_lazy as _


class KioskForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the screen"), max_length=100, help_text=_("For example: wall of the operation room")
    )
