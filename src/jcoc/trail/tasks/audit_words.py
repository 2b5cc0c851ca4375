"""What entries about background tasks are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "tasks.cancel": _("Background task cancelled"),
    "tasks.repeat": _("Background task repeated"),
}
KINDS = {
    "tasks.task": _("background task"),
}
