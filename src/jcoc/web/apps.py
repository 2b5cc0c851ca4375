from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jcoc.web"
    label = "web"
    verbose_name = "Visual language"
