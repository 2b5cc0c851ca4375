from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class TasksConfig(AppConfig):
    name = "jcoc.trail.tasks"
    label = "tasks"
    verbose_name = _("Background tasks")
    menu = (Entry(90, "tasks:tasks", _("Background tasks"), "tasks", Group.UPKEEP),)

    def ready(self) -> None:
        autodiscover_modules("background")
