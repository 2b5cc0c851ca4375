from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "jcoc.portal"
    label = "portal"
    verbose_name = "Portal"
