"""Says in the reader's language why a file is not taken."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jcoc.trail.uploads.faults import FAULTS, FORMS, KINDS, Fault


def sentence(fault: Fault) -> str:
    values = dict(fault.values)
    if "found" in values:
        guess = {"guess": values.get("guess") or "?"}
        values["found"] = _(FORMS[str(values["found"])]) % guess
    if "wanted" in values:
        values["wanted"] = wanted(values["wanted"])  # type: ignore[arg-type]
    return _(FAULTS[fault.code]) % values


def wanted(kinds: Sequence[str]) -> str:
    """“a photo (JPEG, PNG or WebP), a PDF”."""
    return ", ".join(_(KINDS[kind]) for kind in kinds)
