from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from jcoc.demo.folder import is_demonstration
from jcoc.web.context import Entry, Group


class FieldNoteConfig(AppConfig):
    name = "jcoc.demo.field_note"
    label = "field_note"
    verbose_name = _("Field note (demonstration)")

    @property
    def menu(self) -> tuple[Entry, ...]:
        """Only a demonstration leads there; it may have begun after the programme did."""
        if not is_demonstration(settings.DATA_FOLDER):
            return ()
        return (Entry(78, "field_note:notes", _("Field notes"), "outbox", Group.OWN),)
