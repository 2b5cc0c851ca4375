from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "jcoc.trail"
    label = "trail"
    verbose_name = "Trail"
