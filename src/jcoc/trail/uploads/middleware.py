"""The files' own host gives files and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound


class FilesHostMiddleware:
    """On the host of JCOC_FILES_URL no page stands, so that none can be reached from a file there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = settings.FILES_URL.partition("://")[2]
        if host and request.get_host() == host and not request.path.startswith("/files/"):
            return HttpResponseNotFound()
        return self.get_response(request)
