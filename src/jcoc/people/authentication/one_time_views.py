"""Get in by a link or a code that works once."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jcoc.people.authentication import throttle
from jcoc.people.authentication.forms import CodeEntryForm
from jcoc.people.authentication.services import one_time
from jcoc.people.models import User
from jcoc.trail.access import EVERYONE, STAFF, allow


def _let_in(request: HttpRequest, account: User) -> HttpResponse:
    """Log in; staff is led to a new password, since forgetting it is why staff comes this way."""
    request.session.flush()
    record_authentication(request, account, "one_time")
    works_here = account.grants.in_force().filter(role__in=STAFF).exists()
    login = Login(user=account, redirect_url=reverse("authentication:password") if works_here else None)
    response: HttpResponse = perform_login(request, login)
    return response


@allow(EVERYONE)
@require_http_methods(["GET", "POST"])
def enter_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom a link lets in; the button, not the opening, uses it up."""
    if request.method == "POST":
        account = one_time.use_link(token)
        if account is not None:
            return _let_in(request, account)
    else:
        access = one_time.find_link(token)
        if access is not None:
            return render(request, "authentication/enter_link.html", {"account": access.account})
    return render(request, "authentication/link_gone.html", status=410)


@allow(EVERYONE)
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Take a name and a code."""
    form = CodeEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username, code = form.cleaned_data["username"], form.cleaned_data["code"]
        if not throttle.is_locked(request, username):
            account = one_time.use_code(username, code)
            if account is not None:
                return _let_in(request, account)
            throttle.failed(request, username, throttle.CODE)
        form.add_error(
            None,
            _(
                "The name and the code do not belong together, or the code was used or is too old. "
                "After five wrong tries a code ends; ask for a new one."
            ),
        )
    return render(request, "authentication/enter.html", {"form": form}, status=422 if form.is_bound else 200)
