"""The city's own identity provider (OpenID Connect), as django-allauth's registry finds it in this module."""

from __future__ import annotations

import logging
from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from requests import RequestException

logger = logging.getLogger(__name__)


class CityIdentityClient(OpenIDConnectOAuth2Adapter):
    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        # Not the Host header: the address that the provider knows.
        return settings.PUBLIC_URL + reverse("authentication:city-identity-return")


class CityIdentityProvider(OpenIDConnectProvider):
    """Keeps of a person the one claim that names the account."""

    oauth2_adapter_class = CityIdentityClient
    pkce_enabled_default = True

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("authentication:city-identity")

    def get_callback_url(self) -> str:
        return reverse("authentication:city-identity-return")

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


provider_classes = [CityIdentityProvider]


def _view(kind: Any, request: HttpRequest) -> HttpResponse:
    if not settings.OIDC_ISSUER:
        return redirect("account_login")
    client = CityIdentityClient(request, settings.OIDC_PROVIDER)
    try:
        response: HttpResponse = kind.adapter_view(client)(request)
    except (RequestException, KeyError) as error:  # it is away, or what it says of itself is not complete
        logger.warning("The identity provider %s: %s", settings.OIDC_ISSUER, error)
        response = render_authentication_error(request, client.get_provider(), exception=error)
    return response


def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    return _view(OAuth2LoginView, request)


def come_back(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer."""
    return _view(OAuth2CallbackView, request)
