from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TrailConfig(AppConfig):
    name = "jcoc.trail"
    label = "trail"
    verbose_name = "Trail"

    def ready(self) -> None:
        autodiscover_modules("local_commands")
