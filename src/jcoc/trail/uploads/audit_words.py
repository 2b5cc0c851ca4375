"""What entries about uploads are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "uploads.accept": _("File accepted"),
    "uploads.remove": _("File removed"),
}
KINDS = {
    "uploads.upload": _("file"),
}
