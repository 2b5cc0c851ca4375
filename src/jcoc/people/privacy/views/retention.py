"""What is kept for how long, what would go now, and what went."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jcoc.people.privacy.background import retain
from jcoc.people.privacy.models import RetentionRun
from jcoc.people.privacy.services import retention
from jcoc.trail.access import ADMINISTRATOR, DATA_OFFICER, allow
from jcoc.trail.tasks.api import enqueue


@allow(DATA_OFFICER, ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The rules with what is due now (a dry run each time); POST applies them in the background."""
    if request.method == "POST":
        enqueue(retain)
        messages.success(request, _("It runs in the background; what went is shown below when it is done."))
        return redirect("privacy:retention")
    runs = RetentionRun.objects.visible(request.principal)[:50]  # type: ignore[attr-defined]
    return render(request, "privacy/retention.html", {"due": retention.due(), "runs": runs})
