"""What entries about backups are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "backup.made": _("Backup made"),
    "backup.restored": _("Backup restored"),
}
