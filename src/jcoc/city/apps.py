from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "jcoc.city"
    label = "city"
    verbose_name = "City"
