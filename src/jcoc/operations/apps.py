from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "jcoc.operations"
    label = "operations"
    verbose_name = "Operations"
