"""What browsers are told, on every address there is and on every refusal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from jcoc.web.assets import asset_url
from jcoc.web.middleware import HEADERS, POLICY, SecurityHeadersMiddleware
from support import ROOT


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}


def addresses() -> list[str]:
    """Every address that needs no argument."""
    found = []

    def walk(resolver: Any, namespace: str) -> None:
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
            elif entry.name:
                try:
                    found.append(reverse(namespace + entry.name))
                except NoReverseMatch:
                    continue

    walk(get_resolver(), "")
    return sorted(set(found))


def faults(answer: HttpResponse) -> list[str]:
    return [
        f"{name}: {answer.headers.get(name)}"
        for name, value in HEADERS.items()
        if answer.headers.get(name) != value
    ]


def test_the_policy_lets_nothing_in_but_what_this_server_serves() -> None:
    policy = directives(POLICY)
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == ["'self'"]
    for name in ("object-src", "base-uri", "frame-src", "frame-ancestors"):
        assert policy[name] == ["'none'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    for word in ("unsafe", "*", "http:", "https:", "strict-dynamic", "nonce"):
        assert word not in POLICY
    assert "data:" not in " ".join([*policy["script-src"], *policy["style-src"], *policy["worker-src"]])


def test_camera_and_place_are_for_our_own_pages_and_the_microphone_for_none() -> None:
    permissions = dict(part.split("=") for part in HEADERS["Permissions-Policy"].split(", "))
    assert permissions["camera"] == permissions["geolocation"] == "(self)"
    assert permissions["microphone"] == permissions["payment"] == permissions["usb"] == "()"


@pytest.mark.usefixtures("runtime")
def test_every_address_bears_the_headers_whoever_asks_and_however() -> None:
    assert len(addresses()) > 10
    wrong = []
    for address in addresses():
        for ask in (Client().get, Client().post, Client().delete):
            answer = ask(address, headers={"Accept": "text/html"})
            wrong += [f"{address} {answer.status_code} {fault}" for fault in faults(answer)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nowhere/", {}, 404),
        ("/login", {}, 301),
        ("/files/00000000-0000-0000-0000-000000000000/", {}, 404),
        ("/", {"Host": "evil.example"}, 400),
        ("/wall/", {"Accept": "application/json"}, 401),
    ],
)
def test_refusals_bear_them_too(path: str, headers: dict[str, str], status: int) -> None:
    answer = Client().get(path, headers=headers)
    assert (answer.status_code, faults(answer)) == (status, [])
    if status >= 400:
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_forged_form_is_refused_with_them() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert (answer.status_code, faults(answer)) == (403, [])


@pytest.mark.django_db
def test_built_files_bear_them() -> None:
    answer = Client().get(asset_url("icon.svg"))
    assert (answer.status_code, faults(answer)) == (200, [])
    assert "immutable" in answer["Cache-Control"]
    answer.close()


def test_what_a_view_says_itself_stays(rf: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            headers={"Content-Security-Policy": "sandbox", "Cache-Control": "max-age=1"}, status=404
        )

    answer = SecurityHeadersMiddleware(view)(rf.get("/"))
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Cache-Control"] == "max-age=1"


def test_pictures_may_come_from_the_host_of_the_files(rf: Any, settings: Any) -> None:
    settings.FILES_URL = "https://files.example"
    answer = SecurityHeadersMiddleware(lambda request: HttpResponse())(rf.get("/"))
    policy = directives(answer["Content-Security-Policy"])
    assert policy["img-src"] == ["'self'", "https://files.example", "data:", "blob:"]
    assert policy["script-src"] == ["'self'"]


READ = """
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)
"""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://jcoc.example", "__Host-sessionid __Host-csrftoken True True 31536000"),
        ("http://127.0.0.1:8000", "sessionid csrftoken False False 0"),
    ],
)
def test_over_https_cookies_belong_to_this_very_host(tmp_path: Path, url: str, said: str) -> None:
    environment = os.environ | {
        "JCOC_DATA": str(tmp_path), "JCOC_PUBLIC_URL": url, "DJANGO_SETTINGS_MODULE": "jcoc.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == said
