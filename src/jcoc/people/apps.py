from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jcoc.people"
    label = "people"
    verbose_name = "People"
