"""The form field for a file, by the visual language's component; the view takes its value to services.accept()."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from jcoc.trail.uploads.faults import Fault
from jcoc.trail.uploads.inspect import FORMS, LARGEST, MEGABYTE
from jcoc.trail.uploads.sentences import sentence, wanted


def _limits(kinds: Sequence[str], most: int) -> str:
    return _("%(kinds)s, at most %(most)s MB") % {"kinds": wanted(kinds), "most": most // MEGABYTE}


class UploadField(forms.FileField):
    """A file of one of these kinds (inspect.KINDS), at most so many bytes."""

    def __init__(self, *, kinds: Sequence[str] = ("photo",), most: int = LARGEST, **options: Any) -> None:
        self.kinds, self.most = tuple(kinds), most
        taken = [form for form in FORMS.values() if form.kind in kinds]
        accept = [f".{ending}" for form in taken for ending in form.endings]
        accept += [form.media_type.partition(";")[0] for form in taken if form.kind == "photo"]
        attrs = {"accept": ",".join(accept), "data-most": most}
        options.setdefault("widget", forms.FileInput(attrs=attrs))
        options.setdefault("help_text", lazy(_limits, str)(self.kinds, most))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (file.size or 0) > self.most:
            size = -(-(file.size or 0) // MEGABYTE)
            fault = Fault("too_large", size=size, most=self.most // MEGABYTE)
            raise forms.ValidationError(sentence(fault), code="too_large")
        return file
