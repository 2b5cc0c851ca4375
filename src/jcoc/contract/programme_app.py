"""The base of a programme's AppConfig: what it raises while Django starts keeps it out, and the centre starts.

class LandfillGasConfig(ProgrammeConfig):
    name = "jcoc.programmes.landfill_gas"
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.exceptions import BadMigrationError, CircularDependencyError, NodeNotFoundError
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import module_has_submodule

from jcoc.contract import registry
from jcoc.contract.discovery import BROKEN, import_fault
from jcoc.contract.words import in_readers_language
from jcoc.trail.marking import gettext_noop
from jcoc.web.context import Entry

#: What Django and the rings below look for in every app. It is imported here first, where a failure is the programme's
#: alone; what runs by itself comes last, so that nothing of a programme that is kept out runs.
MODULES = (
    "migrations",
    "templatetags",
    "audit_words",
    "personal_data",
    "message_kinds",
    "upload_purposes",
    "local_commands",
    "background",
)
#: Where a programme's pages stand in the menu: after the sensors, before what is for upkeep.
PLACE = 25

#: No single migration is at fault: their order is.
UNORDERED = (CommandError, BadMigrationError, CircularDependencyError, NodeNotFoundError)

Step = Callable[["ProgrammeConfig"], None]


def _guarded(file: str) -> Callable[[Step], Step]:
    def guard(step: Step) -> Step:
        @wraps(step)
        def guarded(self: ProgrammeConfig) -> None:
            try:
                step(self)
            except BROKEN as error:
                registry.keep_out(self.label, import_fault(self.label, self.name, file, error))
                if not apps.models_ready:
                    self._leave()

        return guarded

    return guard


class ProgrammeConfig(AppConfig):
    #: Its rows enter the audit trail, wherever its package comes from.
    audited = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, file in (("import_models", "models.py"), ("ready", "apps.py")):
            if name in vars(cls):
                setattr(cls, name, _guarded(file)(vars(cls)[name]))

    @_guarded("models.py")
    def import_models(self) -> None:
        super().import_models()
        for name in MODULES:
            if module_has_submodule(self.module, name):
                module = import_module(f"{self.name}.{name}")
                for inner in pkgutil.iter_modules(getattr(module, "__path__", ())):
                    import_module(f"{module.__name__}.{inner.name}")

    def not_migrated(self, error: BaseException) -> None:
        """Its migrations cannot be run: its tables are not those of its models."""
        file = "migrations" if isinstance(error, UNORDERED) else f"migrations/{self._first_pending()}.py"
        otherwise = gettext_noop("It is not applied to the database: %(error)s.")
        registry.keep_out(self.label, import_fault(self.label, self.name, file, error, otherwise))
        self._leave()

    def _first_pending(self) -> str:
        applied = MigrationRecorder(connection).applied_migrations()
        names = sorted(
            each.name for each in pkgutil.iter_modules(import_module(f"{self.name}.migrations").__path__)
        )
        return next((name for name in names if (self.label, name) not in applied), names[-1])

    def _leave(self) -> None:
        """Out of Django's registry, with the models that stand in it already: their tables may not even exist.

        Django goes through the old dictionary at this moment, so a new one takes its place.
        """
        apps.app_configs = {label: each for label, each in apps.app_configs.items() if each is not self}
        apps.all_models[self.label].clear()
        pending = apps._pending_operations
        for model in [model for model in pending if model[0] == self.label]:
            del pending[model]
        apps.clear_cache()

    @property
    def menu(self) -> tuple[Entry, ...]:
        """Its pages that have an icon, while it runs."""
        declared = registry.programme(self.label)
        pages = declared.pages if declared else ()
        return tuple(
            Entry(PLACE, f"{self.label}:{page.view}", in_readers_language(page.title), page.icon)
            for page in pages
            if page.icon
        )
