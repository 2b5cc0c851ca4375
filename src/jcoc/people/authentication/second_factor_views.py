"""The second factor: typed at log-in, made by who must have one or wants one, taken away."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import segno
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jcoc.people.authentication import throttle
from jcoc.people.authentication.adapters import SecondFactorDue
from jcoc.people.authentication.bases import base_of
from jcoc.people.authentication.forms import ActivateForm, ConfirmForm
from jcoc.people.authentication.models import OpenSession
from jcoc.people.authentication.services import second_factor
from jcoc.people.authentication.views import ACCOUNTS
from jcoc.people.models import User
from jcoc.trail.access import EVERYONE, allow
from jcoc.trail.actor import acting

_SECRET = "second_factor_secret"  # noqa: S105


class CodeView(AuthenticateView):
    template_name = "authentication/code.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(), status=422)
        return response


code = allow(EVERYONE)(CodeView.as_view())


@allow(EVERYONE)
@login_stage_required(SecondFactorDue.key, "account_login")
@require_http_methods(["GET", "POST"])
def due(request: HttpRequest) -> HttpResponse:
    """Who must have a second factor makes it here, before the log-in is done."""
    stage = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    if request.POST.get("action") == "noted" and second_factor.has(user):
        response: HttpResponse = stage.exit()
        return response
    with acting(f"user-{user.pk}"):
        return _activation(request, user, "authentication/activate_due.html")


@allow(*ACCOUNTS)
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Make a second factor, or replace the one there is (its code is asked for first)."""
    user: Any = request.user
    if second_factor.has(user):
        return redirect("authentication:second-factor-remove")
    return _activation(request, user, "authentication/activate.html")


activate.before_second_factor = True  # type: ignore[attr-defined]


def _activation(request: HttpRequest, user: User, template: str) -> HttpResponse:
    secret = request.session.get(_SECRET) or generate_totp_secret()
    request.session[_SECRET] = secret
    form = ActivateForm(request.POST or None)
    name = throttle.second_factor_of(user.username)
    if request.method == "POST" and not throttle.is_locked(request, name) and form.is_valid():
        codes = second_factor.activate(user, secret, form.cleaned_data["code"])
        if codes is not None:
            del request.session[_SECRET]
            record_authentication(request, user, "mfa", type="totp")
            OpenSession.objects.filter(session_id=request.session.session_key).update(second_factor=True)
            return _codes_once(request, codes, new=True)
        throttle.failed(request, name, throttle.SECOND_FACTOR)
        form.add_error(
            "code", _("This code is not right. Check the clock of the phone and type the code of now.")
        )
    address = get_adapter().build_totp_url(user, secret)
    drawing = segno.make(address, micro=False).svg_inline(
        border=2, dark="#0a1120", light="#ffffff", omitsize=True
    )
    context = {
        "base": base_of(request),
        "form": form,
        "qr_svg": mark_safe(drawing),  # noqa: S308
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


def _codes_once(request: HttpRequest, codes: list[str], *, new: bool) -> HttpResponse:
    """The recovery codes, in this answer and never again."""
    grouped = [f"{each[:4]} {each[4:]}" for each in codes]
    text = _("Recovery codes of the operation centre; each works once.") + "\n\n" + "\n".join(grouped) + "\n"
    context = {
        "base": base_of(request),
        "codes": grouped,
        "file": f"data:text/plain;charset=utf-8,{quote(text)}",
        "new": new,
    }
    due = "" if request.user.is_authenticated else "_due"
    return render(request, f"authentication/codes_once{due}.html", context)


@allow(*ACCOUNTS)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Take the own second factor away, with a code of it."""
    user: Any = request.user
    if not second_factor.has(user):
        return redirect("authentication:second-factor-activate")
    form = ConfirmForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        second_factor.remove(user)
        messages.success(request, _("The second factor is taken away."))
        return redirect("authentication:security")
    context = {"base": base_of(request), "form": form, "must_have": second_factor.must_have(user)}
    status = 422 if form.is_bound else 200
    return render(request, "authentication/second_factor_remove.html", context, status=status)


@allow(*ACCOUNTS)
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, with a code of the second factor."""
    user: Any = request.user
    if not second_factor.has(user):
        return redirect("authentication:second-factor-activate")
    form = ConfirmForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        return _codes_once(request, second_factor.renew_recovery_codes(user), new=False)
    context = {"base": base_of(request), "form": form, "codes_left": second_factor.recovery_codes_left(user)}
    status = 422 if form.is_bound else 200
    return render(request, "authentication/recovery_codes.html", context, status=status)
