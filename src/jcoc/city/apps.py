from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class CityConfig(AppConfig):
    name = "jcoc.city"
    label = "city"
    verbose_name = "City"
    menu = (Entry(30, "city:admin", _("Map & boundaries"), "map", Group.UPKEEP),)
