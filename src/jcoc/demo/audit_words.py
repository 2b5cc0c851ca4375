"""What entries of the demonstration are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "demo.request_laid_back": _("Time of a simulated request laid back"),
}
