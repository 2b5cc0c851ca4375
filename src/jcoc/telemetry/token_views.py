"""Device tokens: who may send readings, of what."""

from __future__ import annotations

from datetime import datetime, time

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jcoc.telemetry import services
from jcoc.telemetry.models import Datastream, DeviceToken
from jcoc.trail.access import ADMINISTRATOR, allow


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the device"), max_length=200)
    codes = forms.CharField(
        label=gettext_lazy("Sensors it may send"),
        help_text=gettext_lazy("Codes, one a line. A * at the end takes all that begin so: river-*"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    readings_per_second = forms.IntegerField(
        label=gettext_lazy("Most readings a second"), initial=100, min_value=1, max_value=1_000_000
    )
    expires = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("Empty: until it is revoked."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_codes(self) -> list[str]:
        known = set(Datastream.objects.values_list("code", flat=True))
        found: set[str] = set()
        for line in self.cleaned_data["codes"].split():
            # Not in the database: SQLite's LIKE takes river-* for River-b as well.
            codes = (
                {code for code in known if code.startswith(line[:-1])}
                if line.endswith("*")
                else {line} & known
            )
            if not codes:
                raise forms.ValidationError(_("No sensor is called %(code)s.") % {"code": line})
            found |= codes
        return sorted(found)

    def clean_expires(self) -> object:
        day = self.cleaned_data["expires"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over already."))
        return day


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens and issue one; its secret is shown once."""
    form = TokenForm(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        expires = None
        if values["expires"]:
            expires = timezone.make_aware(datetime.combine(values["expires"], time.max))
        _token, secret = services.issue_token(
            values["name"],
            values["codes"],
            readings_per_second=values["readings_per_second"],
            expires=expires,
            created_by=request.user,  # type: ignore[arg-type]
        )
        form = TokenForm()
    seen = DeviceToken.objects.visible(request.principal)  # type: ignore[attr-defined]
    listed = seen.prefetch_related("datastreams").select_related("created_by")
    context = {"tokens": listed, "form": form, "secret": secret, "now": timezone.now()}
    status = 201 if secret else 422 if form.is_bound else 200
    return render(request, "telemetry/tokens.html", context, status=status)


@allow(ADMINISTRATOR)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(DeviceToken.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    services.revoke_token(token)
    messages.success(request, _("%(name)s can send nothing any more.") % {"name": token.name})
    return redirect("telemetry:tokens")
