"""What entries about sealed data are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "sealing.opened": _("Sealed data opened"),
    "sealing.key_made": _("Key of a person made"),
    "sealing.keys_made": _("Keys of persons made"),
    "sealing.key_destroyed": _("Key of a person destroyed"),
    "sealing.master_rotated": _("Master key rotated"),
    "sealing.master_retired": _("Master key retired"),
    "sealing.index_rotated": _("Index key rotated"),
}
KINDS = {
    "sealing.subject": _("person"),
    "sealing.subjectkey": _("key of a person"),
    "sealing.masterkey": _("master key"),
    "sealing.indexkey": _("index key"),
}
