"""What entries about programmes are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "contract.enrol": _("Programme enrolled"),
    "contract.leave": _("Programme has left"),
}
KINDS = {"contract.enrolment": _("programme")}
