from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "jcoc.demo"
    label = "demo"
    verbose_name = "Demonstration"
