"""Log in and out, and what somebody sees and does about the own log-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    get_authentication_records,
    perform_password_login,
)
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jcoc.people.authentication import provider
from jcoc.people.authentication.bases import base_of
from jcoc.people.authentication.forms import LogInForm, NewPasswordForm
from jcoc.people.authentication.models import OpenSession
from jcoc.people.authentication.services import passwords, second_factor
from jcoc.people.authentication.services import sessions as open_sessions
from jcoc.trail.access import EVERYONE, GUARDIAN, RESIDENT, STAFF, allow
from jcoc.trail.limits import Rate, limited
from jcoc.web.middleware import POLICY

#: Everybody with an account; a screen without a person has none.
ACCOUNTS = (*STAFF, RESIDENT, GUARDIAN)


class LogInView(LoginView):
    template_name = "authentication/login.html"
    form_class = LogInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        # Opening this page begins anew: nobody finds another's half-done log-in.
        if "account_login" in request.session:
            clear_login(request)
        return super().get(request, *arguments, **options)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"city_identity": settings.OIDC_NAME}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        clear_authentication_records(self.request)
        login = Login(user=form.get_user(), redirect_url=self.get_success_url())
        response: HttpResponse = perform_password_login(self.request, {}, login)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        response = super().render_to_response(context, **options)
        if settings.OIDC_ISSUER:
            # The button's answer leads there, and browsers hold a form's redirects to the same rule.
            issuer = urlsplit(settings.OIDC_ISSUER)
            own = "form-action 'self'"
            policy = POLICY.replace(own, f"{own} {issuer.scheme}://{issuer.netloc}")
            response.headers["Content-Security-Policy"] = policy
        return response


login = allow(EVERYONE)(LogInView.as_view())
logout = allow(EVERYONE)(LogoutView.as_view())
logout.before_second_factor = True  # type: ignore[attr-defined]
#: Each asks the provider something. A whole office comes from one address.
PROVIDER = Rate(60, 60)
city_identity = allow(EVERYONE)(limited("authentication.provider", PROVIDER)(require_POST(provider.begin)))
city_identity_return = allow(EVERYONE)(
    limited("authentication.provider-return", PROVIDER)(require_GET(provider.come_back))
)


def entered_once(request: HttpRequest) -> bool:
    """Whether a one-time link or code opened this session: its holder may set a password without the former one."""
    records = get_authentication_records(request, request.user)
    return any(each["method"] == "one_time" for each in records)


@allow(*ACCOUNTS)
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; every other session ends."""
    user: Any = request.user
    once = entered_once(request)
    form = NewPasswordForm(request.POST or None, user=user, without_present=once)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["password"]
        passwords.set_own(user, new, session_key=request.session.session_key or "")
        clear_authentication_records(request)
        update_session_auth_hash(request, user)
        messages.success(request, _("The new password is set. Other devices were logged out."))
        return redirect("authentication:security")
    context = {"form": form, "once": once, "base": base_of(request)}
    return render(request, "authentication/password.html", context, status=422 if form.is_bound else 200)


def _own_sessions(request: HttpRequest) -> Any:
    visible = OpenSession.objects.visible(request.principal)  # type: ignore[attr-defined]
    return visible.filter(user=request.user)  # administrators see those of others, too


@allow(*ACCOUNTS)
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """How one's own account is protected."""
    user: Any = request.user
    context = {
        "base": base_of(request),
        "second_factor": second_factor.has(user),
        "must_have": second_factor.must_have(user),
        "codes_left": second_factor.recovery_codes_left(user),
        "sessions": _own_sessions(request).open().count(),
        "identity": user.socialaccount_set.exists(),
        "city_identity": settings.OIDC_NAME,
    }
    return render(request, "authentication/security.html", context)


@allow(*ACCOUNTS)
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions; end one, or all others."""
    user: Any = request.user
    key = request.session.session_key or ""
    own = _own_sessions(request)
    if request.method == "POST":
        if request.POST.get("action") == "others":
            open_sessions.end_all(user, but=key)
            messages.success(request, _("All other devices were logged out."))
        else:
            number = request.POST.get("number", "")
            chosen = get_object_or_404(
                own.exclude(session_id=key), pk=int(number) if number.isdecimal() and len(number) < 19 else 0
            )
            open_sessions.end(chosen)
            messages.success(request, _("This device was logged out."))
        return redirect("authentication:sessions")
    context = {"base": base_of(request), "sessions": own.open(), "current": key}
    return render(request, "authentication/sessions.html", context)
