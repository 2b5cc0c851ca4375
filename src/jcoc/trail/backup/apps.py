from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    name = "jcoc.trail.backup"
    label = "backup"
    verbose_name = _("Backup")

    def ready(self) -> None:
        autodiscover_modules("backed_up")
