from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldNoteConfig(AppConfig):
    name = "jcoc.demo.field_note"
    label = "field_note"
    verbose_name = _("Field note (demonstration)")
