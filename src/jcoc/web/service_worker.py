"""/sw.js: the built service worker, told which files make the shell of this revision."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jcoc.web import assets


def source() -> str:
    """The script as it is served: another text after each upgrade, by which browsers notice one."""
    about = {
        "revision": assets.revision(),
        "shell": [assets.built_url(name) for name in assets.build().shell],
        "fallback": reverse("receipts:unsent"),
    }
    script = (assets.DIST / assets.manifest()["sw.js"]).read_text()
    return f"self.JCOC={json.dumps(about)};\n{script}"


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        source(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


# trail.access.allow() belongs to a ring above this one.
service_worker.allowed_roles = frozenset({"everyone"})  # type: ignore[attr-defined]
