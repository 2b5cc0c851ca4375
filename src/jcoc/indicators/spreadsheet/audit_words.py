"""What entries about spreadsheets of values are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "spreadsheet.draft": _("Spreadsheet of values sent"),
    "spreadsheet.choose": _("Reading of a spreadsheet changed"),
    "spreadsheet.keep": _("Values of a spreadsheet kept"),
    "spreadsheet.cancel": _("Spreadsheet of values cancelled"),
    "spreadsheet.expire": _("Spreadsheet of values expired"),
}
KINDS = {
    "spreadsheet.import": _("spreadsheet of values"),
    "spreadsheet.import_indicators": _("indicator in a spreadsheet"),
}
