from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jcoc.people.authentication import throttle
from jcoc.people.authentication.services import second_factor
from jcoc.people.models import User

_ONE_TIME = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}


class LogInForm(AuthenticationForm):
    username = UsernameField(label=_("Log-in name"), max_length=150, widget=forms.TextInput(attrs={
        "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True,
    }))  # fmt: skip
    password = forms.CharField(
        label=pgettext_lazy("log-in", "Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _(
            "The name and the password do not belong together. Look for Caps Lock and try again."
        ),
        "inactive": _("The name and the password do not belong together. Look for Caps Lock and try again."),
    }


class SecondFactorForm(forms.Form):
    """The code of an account that has shown its password; django-allauth's view makes it with `user`."""

    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs=_ONE_TIME))

    def __init__(self, *arguments: Any, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.user = user
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.authenticator = claimed_or_wrong(self.user, code)
        return code

    def save(self) -> None:
        post_authentication(context.request, self.authenticator)


def claimed_or_wrong(user: User, code: str) -> Any:
    """The authenticator of a code; ``ValidationError`` where it is wrong, and the failure is counted."""
    wrong = ValidationError(
        gettext("This code is not right, or it has been used already. Wait for the next one and try again.")
    )
    name = throttle.second_factor_of(user.username)
    if throttle.is_locked(context.request, name, anywhere=throttle.SECOND_FACTOR_ANYWHERE):
        raise wrong
    authenticator = second_factor.claim(user, code)
    if authenticator is None:
        throttle.failed(context.request, name, throttle.SECOND_FACTOR)
        raise wrong
    return authenticator


class ActivateForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the app"),
        help_text=_("Six digits; the app shows new ones every 30 seconds."),
        max_length=20,
        widget=forms.TextInput(attrs=_ONE_TIME | {"inputmode": "numeric"}),
    )


class ConfirmForm(SecondFactorForm):
    """Asks who is logged in for the code once more, before something that cannot be undone."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["code"].help_text = _("From the app, or one of the recovery codes.")
        del self.fields["code"].widget.attrs["autofocus"]


class CodeEntryForm(forms.Form):
    username = UsernameField(label=_("Log-in name"), max_length=150, widget=forms.TextInput(attrs={
        "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True,
    }))  # fmt: skip
    code = forms.CharField(
        label=_("Code"),
        help_text=_("The eight digits of the letter or the message. Spaces do not matter."),
        max_length=20,
        widget=forms.TextInput(attrs=_ONE_TIME | {"inputmode": "numeric"}),
    )


class NewPasswordForm(forms.Form):
    """A new password; the present one too, unless a one-time link or code has just let this person in."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. A sentence that only you know is good."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The new password once more"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, user: User, without_present: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.user = user
        if without_present:
            del self.fields["present"]

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        locked = throttle.is_locked(context.request, self.user.username)
        if locked or not self.user.check_password(present):
            if not locked:
                throttle.failed(context.request, self.user.username, throttle.PASSWORD)
            raise ValidationError(gettext("This is not the present password."))
        return present

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(gettext("The two new passwords are not the same."))
        return again


class IdentityForm(forms.Form):
    uid = forms.CharField(
        label=_("Identity at the city's provider"),
        help_text=_("Exactly as the person reads it on the page that says that there is no account yet."),
        max_length=191,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
