"""What this city decides where django-allauth asks: no sign-up, no mail of its own, secrets encrypted at rest."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import LoginStage
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse

from jcoc.people.authentication.services import second_factor
from jcoc.trail.audit.digests import keyed
from jcoc.trail.audit.recording import record
from jcoc.trail.client import client_ip


class SecondFactorDue(LoginStage):
    """Who must have a second factor and has none makes it before the log-in is done: until then nothing opens."""

    key = "second_factor_due"
    urlname = "authentication:second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        due = self.login.user is not None and second_factor.must_have(self.login.user)
        if due and not second_factor.has(self.login.user):
            return HttpResponseRedirect(reverse(self.urlname)), True
        return None, True


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return [
            "allauth.mfa.stages.AuthenticateStage",
            f"{SecondFactorDue.__module__}.{SecondFactorDue.__name__}",
        ]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        # The session, its record, the account's last log-in and the audit entry: one commit instead of five.
        with transaction.atomic():
            super().login(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return render(request, "authentication/no_account.html", status=403)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def add_message(self, *arguments: Any, **options: Any) -> None:
        """Our views say it in their own words."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail leaves through trail's channels alone."""

    def send_notification_mail(self, *arguments: Any, **options: Any) -> None:
        """As above."""


@cache
def _cipher() -> Fernet:
    secret = settings.DATA_FOLDER.secret("second_factor").encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret).digest()))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticators stand in the database encrypted, under a key that lies beside it, not in it."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def send_notification_mail(self, *arguments: Any, **options: Any) -> None:
        """Mail leaves through trail's channels alone."""


class CityIdentityAdapter(DefaultSocialAccountAdapter):
    """Lets in whom an administrator has linked to an account, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        # A person who is logged in could else tie an identity to the account at will.
        if sociallogin.is_existing and sociallogin.state.get("process") == "login":
            return
        uid = sociallogin.account.uid
        record("authentication.identity_unknown", "authentication.identity", [keyed(f"oidc:{uid}".encode())])
        page = render(request, "authentication/no_account.html", {"identity": uid}, status=403)
        raise ImmediateHttpResponse(page)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """The provider refused, cannot be reached, or this is no answer to a question of ours."""
        # Anybody can call the return address with nothing: that must not fill the trail.
        if (details.get("extra_context") or {}).get("state"):
            record(
                "authentication.identity_failed",
                "authentication.provider",
                [settings.OIDC_PROVIDER],
                detail={"error": str(details.get("error") or "unknown")},
            )
        raise ImmediateHttpResponse(render(request, "authentication/identity_failed.html", status=401))

    def send_notification_mail(self, *arguments: Any, **options: Any) -> None:
        """Mail leaves through trail's channels alone."""
