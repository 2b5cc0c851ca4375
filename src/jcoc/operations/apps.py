from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry


class OperationsConfig(AppConfig):
    name = "jcoc.operations"
    label = "operations"
    verbose_name = "Operations"
    menu = (Entry(10, "operations:wall", _("Wall"), "wall"),)
