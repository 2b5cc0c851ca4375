from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    name = "jcoc.trail.uploads"
    label = "uploads"
    verbose_name = _("Files")

    def ready(self) -> None:
        autodiscover_modules("upload_purposes")
