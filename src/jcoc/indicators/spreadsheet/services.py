"""The only code that writes imports: a draft is sent, looked at, and kept as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.city.models import Place
from jcoc.indicators.models import Cause, Indicator, Origin
from jcoc.indicators.said import in_own_words, say
from jcoc.indicators.services import keeping
from jcoc.indicators.services.keeping import NewValue
from jcoc.indicators.services.settling import settled
from jcoc.indicators.spreadsheet import choosing
from jcoc.indicators.spreadsheet.comparing import Compared
from jcoc.indicators.spreadsheet.comparing import State as Beside
from jcoc.indicators.spreadsheet.mapping import Choices
from jcoc.indicators.spreadsheet.models import Import, State, handed_in
from jcoc.indicators.spreadsheet.previewing import Preview, preview
from jcoc.indicators.spreadsheet.reading import UNREADABLE, USUAL, Unreadable, as_utf8, check_form
from jcoc.indicators.spreadsheet.sheet import address
from jcoc.indicators.spreadsheet.upload_purposes import SPREADSHEET
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import writing
from jcoc.trail.uploads import services as uploads

#: A draft that nobody came back to.
DRAFT_KEPT = timedelta(days=7)


class Refused(ValueError):
    """The text is a sentence in the reader's language; nothing was kept."""


class Changed(Refused):
    """What would be kept, or what it would follow, is another than was looked at."""


def draft(file: File, indicators: Sequence[Indicator]) -> Import:  # type: ignore[type-arg]
    """Take a file to be looked at; :class:`Refused` where it cannot be a spreadsheet."""
    name = (file.name or "").replace("\\", "/").rpartition("/")[2][:200]
    try:
        if (file.size or 0) > USUAL.file:
            raise Unreadable("too_large", most=USUAL.file // 1024**2)
        data = file.read()
        check_form(data, name)
        # What is kept of the file, and its digest, are those of the text in UTF-8.
        if (text := as_utf8(data)) is not data:
            file = ContentFile(text, name)
        file.seek(0)
        upload = uploads.accept(file, kinds=("table",), purpose=SPREADSHEET.code, most=USUAL.file)
    except Unreadable as error:
        raise Refused(_(UNREADABLE[error.code]) % error.values) from None
    except uploads.Refused as refused:
        raise Refused(str(refused)) from None
    try:
        with writing("spreadsheet.draft"):
            made = Import.objects.create(
                file=upload, file_name=name or "–", sha256=upload.sha256, made_by=current_actor()
            )
            made.indicators.set(indicators)
            return made
    except BaseException:
        uploads.remove(upload)
        raise


def look(draft: Import) -> Preview:
    """:class:`jcoc.indicators.spreadsheet.previewing.CannotRead`."""
    return preview(
        lambda: uploads.content(draft.file),
        draft.sha256,
        draft.file_name,
        list(draft.indicators.order_by("code")),
        choosing.from_json(draft.choices),
    )


def choose(draft: Import, choices: Choices) -> None:
    """Say otherwise how the sheet is to be read."""
    with writing("spreadsheet.choose"):
        draft.choices = choosing.as_json(choices)
        draft.save(update_fields=["choices"])


def keep(draft: Import, seen: str, reason: str) -> Import:
    """Keep all values of a draft, or none. seen: the seal of the preview that was looked at."""
    if gone := draft.indicators.exclude(pk__in=handed_in()):
        raise Refused(
            _("Nothing was kept: no values are handed in any more for %(names)s.")
            % {"names": ", ".join(each.name for each in gone)}
        )
    found = look(draft)
    if found.faults:
        raise Refused(_("Nothing was kept: there still are faults in the file."))
    if not found.to_keep:
        raise Refused(_("Nothing was kept: every value of the file stands already."))
    if found.seal != seen:
        raise Changed(
            _("Nothing was kept: values were changed by somebody else since you looked. Look again.")
        )
    if found.needs_reason and not reason.strip():
        raise Refused(_("Values that stand are changed: say why."))
    try:
        with writing("spreadsheet.keep"):
            kept = Import.objects.select_for_update().get(pk=draft.pk)
            if kept.state != State.DRAFT:
                raise Changed(_("This file was dealt with already."))
            keeping.keep(new_values(found.to_keep, list(draft.indicators.all()), kept.sha256, found, reason))
            kept.state, kept.reason, kept.ended = State.KEPT, reason.strip()[:500], timezone.now()
            kept.changed = sum(each.follows > 0 for each in found.to_keep)
            kept.new = len(found.to_keep) - kept.changed
            kept.save(update_fields=["state", "reason", "ended", "changed", "new"])
            return kept
    except keeping.Conflict:
        raise Changed(
            _("Nothing was kept: values were changed by somebody else since you looked. Look again.")
        ) from None
    except keeping.Refused as refused:
        raise Refused(refused.said(_)) from None


def new_values(
    compared: Sequence[Compared], indicators: Sequence[Indicator], sha256: str, found: Preview, reason: str
) -> list[NewValue]:
    """What a file gives, as keeping takes it: each value says from which cell of which file it is."""
    by_code = {each.code: each for each in indicators}
    places = {
        place.code: place for place in Place.objects.filter(code__in={each.entry.place for each in compared})
    }
    now = timezone.now()
    values = []
    for each in compared:
        entry, indicator = each.entry, by_code[each.entry.indicator]
        again = each.standing if each.state in (Beside.SETTLES, Beside.CONFIRMS) else None
        # What is not given again stands, where it was the agency that gave it.
        stands = again if again and again.handed_in else None
        ratio = stands if entry.numerator is None else None
        cell = {"file": sha256, "sheet": found.mapped.sheet.name, "cell": address(*entry.spot)}
        values.append(
            NewValue(
                indicator=indicator,
                place=places[entry.place],
                period=entry.period,
                value=again.value if again else entry.value,
                numerator=ratio.numerator if ratio else entry.numerator,
                denominator=ratio.denominator if ratio else entry.denominator,
                origin=Origin.ENTERED,
                cause=Cause.IMPORTED,
                follows=each.follows,
                provisional=not settled(indicator, entry.period, now),
                reason=_why(each, reason),
                query=json.dumps(cell, separators=(",", ":"), ensure_ascii=False),
                source_name=entry.source or (stands.source if stands else "") or indicator.owner,
            )
        )
    return values


def _why(compared: Compared, reason: str) -> str:
    if compared.state is Beside.SETTLES:
        return say("settled")
    if compared.state is Beside.CONFIRMS:
        return say("confirmed")
    return in_own_words(reason)[:500] if compared.follows else ""


def cancel(draft: Import) -> None:
    """Leave a draft; its file is removed."""
    _end(draft, State.CANCELLED, "spreadsheet.cancel")


def expire(now: datetime) -> int:
    """End the drafts that nobody came back to; how many."""
    old = list(Import.objects.filter(state=State.DRAFT, made__lt=now - DRAFT_KEPT).select_related("file"))
    for each in old:
        _end(each, State.EXPIRED, "spreadsheet.expire")
    return len(old)


def _end(draft: Import, state: State, action: str) -> None:
    with transaction.atomic():
        with writing(action):
            kept = Import.objects.select_for_update().get(pk=draft.pk)
            if kept.state != State.DRAFT:
                return
            kept.state, kept.ended = state, timezone.now()
            kept.save(update_fields=["state", "ended"])
        uploads.remove(draft.file)
