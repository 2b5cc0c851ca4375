from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class SpreadsheetConfig(AppConfig):
    name = "jcoc.indicators.spreadsheet"
    label = "spreadsheet"
    verbose_name = _("Values from spreadsheets")
    menu = (Entry(34, "spreadsheet:start", _("Hand in values"), "outbox", Group.WATCH),)
