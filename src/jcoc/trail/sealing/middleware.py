"""Says plainly that the sealing keys are not there, where a page needs them; the rest of the city goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jcoc.trail.sealing.keyring import KeysUnusable

logger = logging.getLogger(__name__)


class KeysUnusableMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, KeysUnusable):
            return None
        logger.error("%s", exception)  # where the keys lie is for who looks after the machine
        return render(request, "sealing/unusable.html", status=503)
