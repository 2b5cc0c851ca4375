"""The commands of indicators: run where the data folder, and with it the store of observations, is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from jcoc.trail.local import CommandFailed, Progress, local_command

if TYPE_CHECKING:
    from jcoc.telemetry.stores.contract import ObservationStore


@local_command("indicators.register")
def register(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: the text of a TOML file, and its name."""
    from jcoc.indicators import registration
    from jcoc.indicators.services.declaring import Refused
    from jcoc.indicators.services.declaring import register as register_

    try:
        found = registration.read(arguments["text"].encode(), arguments["file"])
        return register_(found.name, found.indicators, today=_today())
    except (registration.FormError, Refused) as error:
        raise CommandFailed(str(error)) from None


@local_command("indicators.publish")
def publish(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: the text of a CSV file, its name, and whether it is the one that comes with jcoc."""
    from jcoc.indicators import published
    from jcoc.indicators.services import publishing
    from jcoc.indicators.services.keeping import Conflict

    try:
        rows = published.read(arguments["text"].encode(), arguments["file"])
        return publishing.publish(rows, shipped=arguments.get("shipped", False))
    except published.FormError as error:
        raise CommandFailed(str(error)) from None
    except (publishing.Refused, Conflict) as error:
        raise CommandFailed(str(error)) from None


@local_command("indicators.recompute")
def recompute(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: codes (empty: all in use), first and last as ISO days or empty, verify: whether to compare alone."""
    from dataclasses import asdict

    from django.utils import timezone

    from jcoc.indicators.models import Indicator
    from jcoc.indicators.services import computing

    chosen = Indicator.objects.in_use()
    if arguments["codes"]:
        chosen = chosen.filter(code__in=arguments["codes"])
        if missing := set(arguments["codes"]).difference(chosen.values_list("code", flat=True)):
            raise CommandFailed(f"There is no indicator {', '.join(sorted(missing))}.")
        # Named alone it would end with zeros, as if there were nothing to do.
        if entered := [each.code for each in chosen if each.source["kind"] == "entered"]:
            return {"entered": sorted(entered)}
    work = computing.verify if arguments["verify"] else computing.recompute
    today, now = timezone.localdate(), timezone.now()
    last = date.fromisoformat(arguments["last"]) if arguments["last"] else today
    first = date.fromisoformat(arguments["first"]) if arguments["first"] else None
    with _store() as store:
        done = work(store, list(chosen), first, last, now=now, progress=progress)
    return asdict(done)


@contextmanager
def _store() -> Iterator[ObservationStore]:
    """The running server's, or the data folder's where this process holds it."""
    from django.conf import settings

    from jcoc.telemetry import runtime
    from jcoc.telemetry.stores.duckdb import DuckDBStore

    try:
        running = runtime.current()
    except RuntimeError:
        pass
    else:
        yield running.store
        return
    store = DuckDBStore(settings.DATA_FOLDER.observations)
    try:
        yield store
    finally:
        store.close()


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()
