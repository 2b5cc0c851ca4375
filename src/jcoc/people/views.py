"""Log-in, accounts and kiosk links."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from jcoc.people import services
from jcoc.people.access import KIOSK_SESSION_KEY
from jcoc.people.forms import AccountForm, KioskForm
from jcoc.people.models import KioskLink, User
from jcoc.trail.access import ADMINISTRATOR, EVERYONE, STAFF, allow

login = allow(EVERYONE)(
    LoginView.as_view(template_name="people/login.html", redirect_authenticated_user=True)
)
logout = allow(EVERYONE)(LogoutView.as_view())
language = allow(EVERYONE)(set_language)
password = allow(*STAFF)(
    PasswordChangeView.as_view(
        template_name="people/password.html", success_url=reverse_lazy("operations:wall")
    )
)


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts and add one."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.add_account(
                values["username"],
                values["password"],
                values["roles"],
                full_name=values["full_name"],
                by=request.user,  # type: ignore[arg-type]
            )
        except ValidationError as error:
            _onto_form(form, error)
        else:
            messages.success(request, _("The account %(name)s is there.") % {"name": values["username"]})
            return redirect("people:accounts")
    listed = User.objects.prefetch_related("grants").order_by("username")
    status = 422 if form.is_bound else 200
    return render(request, "people/accounts.html", {"accounts": listed, "form": form}, status=status)


def _onto_form(form: AccountForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error("password", error)
        return
    for field, faults in error.error_dict.items():
        form.add_error(field if field in form.fields else None, faults)


@allow(ADMINISTRATOR)
@require_POST
def account_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account's roles, close or open it."""
    user = get_object_or_404(User, pk=pk)
    action = request.POST.get("action")
    try:
        if action == "deactivate":
            services.deactivate(user)
        elif action == "activate":
            services.activate(user)
        elif action == "roles":
            services.set_roles(user, request.POST.getlist("roles"), by=request.user)  # type: ignore[arg-type]
        else:
            return HttpResponse(_("Say what to do: roles, activate or deactivate."), status=400)
    except (ValidationError, ValueError) as error:
        messages.error(
            request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        )
    else:
        messages.success(request, _("The account %(name)s was changed.") % {"name": user.username})
    return redirect("people:accounts")


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def kiosk_links(request: HttpRequest) -> HttpResponse:
    """List the kiosk links and make one; its address is shown once."""
    form = KioskForm(request.POST or None)
    context = {"links": KioskLink.objects.all(), "form": form}
    if request.method == "POST" and form.is_valid():
        _link, secret = services.make_kiosk_link(form.cleaned_data["name"], by=request.user)  # type: ignore[arg-type]
        address = settings.PUBLIC_URL + reverse("people:kiosk-open", args=[secret])
        code = segno.make(address, micro=False).svg_inline(scale=5, border=2, dark="#0a1120", light="#ffffff")
        context |= {"form": KioskForm(), "secret_url": address, "qr_svg": mark_safe(code)}  # noqa: S308
        return render(request, "people/kiosk.html", context, status=201)
    return render(request, "people/kiosk.html", context, status=422 if form.is_bound else 200)


@allow(ADMINISTRATOR)
@require_POST
def kiosk_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(KioskLink, pk=pk)
    services.revoke_kiosk_link(link)
    messages.success(request, _("The link of %(name)s no longer opens anything.") % {"name": link.name})
    return redirect("people:kiosk-links")


@allow(EVERYONE)
def kiosk_open(request: HttpRequest, secret: str) -> HttpResponse:
    """Turn this browser into a screen of the wall; the secret leaves the address at once."""
    link = services.open_kiosk_link(secret)
    if link is None:
        return render(request, "people/kiosk_closed.html", status=410)
    request.session.flush()
    request.session[KIOSK_SESSION_KEY] = link.pk
    request.session.set_expiry(365 * 24 * 3600)
    return redirect("operations:wall")
