"""What browsers are told of every answer: only what this server itself serves may run or be fetched.

The outermost middleware, so that refusals of the ones within and the built files bear it too. There is no address that
violations are reported to: it would take writes from anybody, and the reports hold addresses of pages. What a report
would tell, tests/browser/test_policy.py looks for on every page instead.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "media-src 'none'",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        # No text becomes a script or a page but through frontend/src/core/trusted.ts.
        "require-trusted-types-for 'script'",
        "trusted-types default",
    )
)
#: Camera and place for forms in the field, the whole screen and no sleep for the wall; the rest for nobody.
PERMISSIONS = ", ".join(
    (
        *(f"{name}=(self)" for name in ("camera", "fullscreen", "geolocation", "screen-wake-lock")),
        *(
            f"{name}=()"
            for name in (
                "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media", "gyroscope",
                "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
                "picture-in-picture", "serial", "usb", "xr-spatial-tracking",
            )
        ),
    )
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class SecurityHeadersMiddleware:
    """Sets what a view has not set stricter or, with a reason, wider."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._headers = dict(HEADERS)
        if settings.FILES_URL:
            policy = POLICY.replace("img-src 'self'", f"img-src 'self' {settings.FILES_URL}")
            self._headers["Content-Security-Policy"] = policy

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        if response.status_code >= 400:
            # A refusal holds for the one who asked, and only now.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class NotAllowedMiddleware:
    """A page of our own where an address takes no such method: a browser shows nothing for Django's empty answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and "text/html" in request.headers.get("Accept", ""):
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response
