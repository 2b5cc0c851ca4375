"""The only code that writes field notes."""

from __future__ import annotations

from datetime import datetime

from jcoc.city.models import Place
from jcoc.demo.field_note.models import FieldNote
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import writing
from jcoc.trail.uploads.models import Upload


class Changed(Exception):
    """Somebody changed the note since the state that was seen; `note` is how it stands now."""

    def __init__(self, note: FieldNote) -> None:
        super().__init__(str(note.pk))
        self.note = note


def add_note(text: str, place: Place, seen: datetime, urgency: str, photo: Upload | None = None) -> FieldNote:
    """Write a note in the name of who acts."""
    with writing("field_note.add"):
        return FieldNote.objects.create(
            text=text, place=place, seen=seen, urgency=urgency, photo=photo, author=current_actor()
        )


def change_note(
    pk: int,
    version: int,
    *,
    text: str,
    place: Place,
    seen: datetime,
    urgency: str,
    photo: Upload | None = None,
) -> FieldNote:
    """Change a note that was seen at `version`; :class:`Changed` where it is another by now. A photo replaces the
    one before."""
    with writing("field_note.change"):
        note: FieldNote = FieldNote.objects.select_for_update().get(pk=pk)
        if note.version != version:
            raise Changed(note)
        note.text, note.place, note.seen, note.urgency = text, place, seen, urgency
        if photo:
            note.photo = photo
        note.version += 1
        note.save()
        return note
