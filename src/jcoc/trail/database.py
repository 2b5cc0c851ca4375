"""The database of the installation."""

from __future__ import annotations

from collections.abc import Callable

#: What somebody else's migration may raise; a KeyboardInterrupt stays the operator's.
FAILS = (Exception, SystemExit)


class NotMigrated(RuntimeError):
    """A migration is not applied; the text is a sentence."""


def migrate() -> None:
    """Make it, or bring it up to date. The caller holds the data folder's lock.

    An app with a method ``not_migrated(error)`` is one that the centre can do without: where its migrations fail, it
    is told why, and its tables stay as they were.
    """
    try:
        if not _pending():
            return
    except FAILS:
        pass  # whose fault it is shows below
    _one_by_one(_apply)


def leave_unmigrated() -> None:
    """For a process beside the one that migrates: tell the apps that can be done without whose migrations are not
    applied. Nothing where the centre's own are not: then it has not been set up, or is being upgraded."""
    from django.db import DatabaseError

    try:
        _one_by_one(_nothing_is_left)
    except (NotMigrated, DatabaseError):
        return


def _one_by_one(step: Callable[[], None]) -> None:
    """The centre's own apps, then each that it can do without, as if those to come were not there."""
    from django.apps import apps
    from django.conf import settings

    given = settings.MIGRATION_MODULES
    left = [each for each in apps.get_app_configs() if hasattr(each, "not_migrated")]
    unknown: dict[str, None] = {each.label: None for each in left}
    try:
        settings.MIGRATION_MODULES = {**given, **unknown}
        step()
        for config in left:
            del unknown[config.label]
            settings.MIGRATION_MODULES = {**given, **unknown}
            try:
                step()
            except FAILS as error:
                _free_the_connection()
                unknown[config.label] = None
                config.not_migrated(error)
    finally:
        settings.MIGRATION_MODULES = {**given, **unknown}


def _free_the_connection() -> None:
    """Django's schema editor of SQLite stays in its transaction where a migration leaves a row that points nowhere."""
    from django.db import connection

    if connection.in_atomic_block:
        connection.close()
        connection.connect()


def _pending() -> list[tuple[str, str]]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _backwards in plan]


def _apply() -> None:
    from django.apps import apps
    from django.core.management import call_command

    pending = _pending()
    labels = {label for label, _name in pending}
    if any(hasattr(apps.get_app_config(label), "not_migrated") for label in labels):
        # One by one: what each does to rows is entered in the audit trail, whatever becomes of the next.
        for label, name in pending:
            call_command("migrate", label, name, interactive=False, verbosity=0)
    elif pending:
        call_command("migrate", interactive=False, verbosity=0)


def _nothing_is_left() -> None:
    for label, name in _pending():
        raise NotMigrated(f"{label}.{name} is not applied.")
