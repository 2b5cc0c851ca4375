"""What entries about the city are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "city.load": _("City facts loaded"),
    "city.boundaries_import": _("Boundaries imported"),
    "city.stretches_import": _("River stretches imported"),
    "city.succession_save": _("Succession of places saved"),
    "city.succession_remove": _("Succession of places removed"),
    "city.site_set": _("Site saved"),
}
KINDS = {
    "city.place": _("place"),
    "city.succession": _("succession of a place"),
    "city.river": _("river"),
    "city.riverstretch": _("river stretch"),
    "city.site": _("site"),
    "city.boundary": _("boundary"),
    "city.boundaryimport": _("import of boundaries"),
    "city.calendarday": _("calendar day"),
}
