from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry


class LeaderConfig(AppConfig):
    name = "jcoc.indicators.leader"
    label = "leader"
    verbose_name = "Leader's page"
    menu = (Entry(12, "leader:leader", _("Overview"), "overview"),)
