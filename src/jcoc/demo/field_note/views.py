"""The list of field notes, and the form that also works without a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jcoc.demo.field_note import services
from jcoc.demo.field_note.forms import FieldNoteForm
from jcoc.demo.field_note.models import FieldNote
from jcoc.demo.field_note.upload_purposes import PHOTO
from jcoc.trail.access import STAFF, allow
from jcoc.trail.limits import takes
from jcoc.trail.pages import MAX_BODY
from jcoc.trail.receipts.answers import conflict, refused
from jcoc.trail.receipts.offline import offline
from jcoc.trail.receipts.services import claimed
from jcoc.trail.uploads import services as uploads
from jcoc.trail.uploads.models import Upload

_PAGE = "field_note/note.html"


@allow(*STAFF)
@require_GET
def notes(request: HttpRequest) -> HttpResponse:
    visible = FieldNote.objects.visible(request.principal).select_related("place")  # type: ignore[attr-defined]
    page = Paginator(visible, 20).get_page(request.GET.get("page"))
    return render(request, "field_note/notes.html", {"page_obj": page})


@allow(*STAFF)
@takes(MAX_BODY)
@require_http_methods(["GET", "POST"])
@offline(title=gettext_lazy("Field note (demonstration)"), page="field_note:add", claims=True)
def add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, _PAGE, {"form": FieldNoteForm()})
    form = FieldNoteForm(request.POST, request.FILES)

    def write(photo: Upload | None) -> HttpResponse:
        services.add_note(**form.values(), photo=photo)
        messages.success(request, _("The note is stored."))
        return redirect("field_note:notes")

    return _handed_in(request, form, write, {})


@allow(*STAFF)
@takes(MAX_BODY)
@require_http_methods(["GET", "POST"])
@offline(claims=True)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(FieldNote.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    context = {"note": note}
    if request.method == "GET":
        return render(request, _PAGE, {"form": FieldNoteForm(instance=note), **context})
    form = FieldNoteForm(request.POST, request.FILES, instance=FieldNote(pk=note.pk))

    def write(photo: Upload | None) -> HttpResponse:
        services.change_note(note.pk, form.cleaned_data["version"] or 0, **form.values(), photo=photo)
        messages.success(request, _("The note was changed."))
        return redirect("field_note:notes")

    try:
        return _handed_in(request, form, write, context)
    except services.Changed as changed:
        theirs = FieldNoteForm(instance=changed.note)
        return conflict(request, form, theirs, _PAGE, context, version=str(changed.note.version))


def _handed_in(
    request: HttpRequest,
    form: FieldNoteForm,
    write: Callable[[Upload | None], HttpResponse],
    context: dict[str, Any],
) -> HttpResponse:
    """Check the form and its photo, which takes long; then write within the claim of the request's key."""
    photo: Upload | None = None
    if form.is_valid() and (file := form.cleaned_data["photo"]):
        try:
            photo = uploads.accept(file, kinds=("photo",), purpose=PHOTO.code)
        except uploads.Refused as fault:
            form.add_error("photo", str(fault))
    if form.errors:
        return refused(request, form, _PAGE, context)
    try:
        with claimed(request) as claim:
            return claim.keep(write(photo))
    except BaseException:
        if photo:
            uploads.remove(photo)
        raise
