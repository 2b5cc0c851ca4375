"""Photos of field notes: whoever works for the city may see them."""

from django.utils.translation import gettext_lazy as _

from jcoc.trail.access import STAFF
from jcoc.trail.uploads.purposes import Purpose, register

PHOTO = register(Purpose("field_note.photo", _("photo of a field note"), roles=frozenset(STAFF)))
