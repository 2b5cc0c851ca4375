"""What entries about field notes are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "field_note.add": _("Field note added"),
    "field_note.change": _("Field note changed"),
}
KINDS = {
    "field_note.fieldnote": _("field note"),
}
