"""What administrators see and do about somebody's log-in, and how officers let somebody in once."""

from __future__ import annotations

from typing import Any

import segno
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jcoc.people.authentication import throttle
from jcoc.people.authentication.forms import IdentityForm, ReasonForm
from jcoc.people.authentication.models import OneTimeAccess, OpenSession
from jcoc.people.authentication.rights import ISSUERS, is_keeper, may_issue
from jcoc.people.authentication.services import identities, second_factor, sessions
from jcoc.people.authentication.services import one_time as accesses
from jcoc.people.models import User
from jcoc.trail.access import ADMINISTRATOR, allow


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """An account's sessions, locks, second factor, links and identity; each can be ended."""
    chosen = get_object_or_404(User.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    action = request.POST.get("action", "")
    identity_form = IdentityForm(request.POST if action == "identity" else None)
    reason_form = ReasonForm(request.POST if action == "second_factor" else None)
    if request.method == "POST":
        said = _act(request, chosen, action, identity_form, reason_form)
        if said:
            messages.success(request, said)
            return redirect("authentication:account", pk=pk)
        if not (identity_form.is_bound or reason_form.is_bound):
            return HttpResponse(_("Say what to do."), status=400, content_type="text/plain; charset=utf-8")
    principal = request.principal  # type: ignore[attr-defined]
    links = OneTimeAccess.objects.visible(principal).filter(account=chosen)
    failures, locked_until = throttle.failures_of(chosen)
    context = {
        "account": chosen,
        "sessions": OpenSession.objects.visible(principal).open().filter(user=chosen),
        "current": request.session.session_key,
        "second_factor": second_factor.has(chosen),
        "keeper": is_keeper(chosen),
        "must_have": second_factor.must_have(chosen),
        "failures": failures,
        "locked_until": locked_until,
        "accesses": links.select_related("issued_by")[:10],
        "usable": set(links.usable().values_list("pk", flat=True)),
        "may_issue": may_issue(principal, chosen),
        "city_identity": settings.OIDC_NAME,
        "identities": SocialAccount.objects.filter(user=chosen, provider=settings.OIDC_PROVIDER),
        "identity_form": identity_form,
        "reason_form": reason_form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "authentication/account.html", context, status=status)


def _act(
    request: HttpRequest, chosen: User, action: str, identity_form: IdentityForm, reason_form: ReasonForm
) -> str:
    """Do what was asked; what to say, or nothing where it could not be done."""
    number = request.POST.get("number", "")
    principal = request.principal  # type: ignore[attr-defined]
    key = int(number) if number.isdecimal() and len(number) < 19 else 0
    if action == "session":
        sessions.end(get_object_or_404(OpenSession.objects.visible(principal), user=chosen, pk=key))
        return _("The session has ended.")
    if action == "sessions":
        sessions.end_all(chosen, but=request.session.session_key or "")
        return _("All sessions have ended.")
    if action == "unlock":
        throttle.unlock(chosen)
        return _("The account can be tried again.")
    if action == "withdraw":
        accesses.withdraw(get_object_or_404(OneTimeAccess.objects.visible(principal), account=chosen, pk=key))
        return _("The link and its code let nobody in any more.")
    if action in ("second_factor", "identity", "unlink") and is_keeper(chosen):
        raise PermissionDenied(
            _("The log-in of an auditor or data protection officer is changed at the machine only.")
        )
    if action == "second_factor" and reason_form.is_valid():
        second_factor.remove(chosen, note=reason_form.cleaned_data["reason"])
        sessions.end_all(chosen, but=request.session.session_key or "", why="second_factor")
        return _("The second factor is taken away; the next log-in asks for a new one if a role needs it.")
    if action == "identity" and identity_form.is_valid():
        if identities.link(chosen, identity_form.cleaned_data["uid"]):
            return _("The identity opens this account from now on.")
        identity_form.add_error("uid", _("This identity belongs to another account."))
    if action == "unlink":
        identities.unlink(get_object_or_404(SocialAccount, user=chosen, pk=key))
        return _("The identity opens nothing any more.")
    return ""


@allow(*ISSUERS)
@require_http_methods(["GET", "POST"])
def one_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link and a code that let somebody in once; they are shown in this answer and never again."""
    principal: Any = request.principal  # type: ignore[attr-defined]
    chosen = get_object_or_404(User, pk=pk)
    if not may_issue(principal, chosen):
        refusal = _("You may not let this person in anew. An administrator can.")
        if request.method == "POST":
            raise PermissionDenied(refusal)
        messages.error(request, refusal)
        return redirect(settings.LOGIN_REDIRECT_URL)
    context: dict[str, Any] = {"account": chosen, "hours": settings.ONE_TIME_HOURS}
    if request.method == "POST":
        link, code = accesses.issue(chosen, request.user)  # type: ignore[arg-type]
        drawing = segno.make(link, micro=False).svg_inline(scale=5, border=2, dark="#0a1120", light="#ffffff")
        context |= {"link": link, "code": f"{code[:4]} {code[4:]}", "qr_svg": mark_safe(drawing)}  # noqa: S308
        context["expires"] = OneTimeAccess.objects.usable().filter(account=chosen).latest("issued").expires
        context["enter"] = f"{settings.PUBLIC_URL}/enter/"
    return render(request, "authentication/one_time.html", context, status=201 if "link" in context else 200)
