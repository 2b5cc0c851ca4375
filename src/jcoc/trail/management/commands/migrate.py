"""Django's migrate, whose steps write past the services and before there is anybody to account to."""

from typing import Any

from django.core.management.commands import migrate

from jcoc.trail.audit.guard import unguarded


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with unguarded():
            super().handle(*args, **options)
