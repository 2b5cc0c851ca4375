"""What runs of telemetry in a server process: the store, the directory, the pipeline, the live hub, MQTT."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jcoc.telemetry.versions import RIGHTS, current_version
from jcoc.trail.datafolder import DataFolder

if TYPE_CHECKING:  # every command imports this module, few of them run what it holds
    from jcoc.telemetry.directory import Directory
    from jcoc.telemetry.ingest.mqtt import MqttIngest
    from jcoc.telemetry.ingest.pipeline import Pipeline
    from jcoc.telemetry.live import LiveHub
    from jcoc.telemetry.stores.contract import ObservationStore

logger = logging.getLogger(__name__)

REFRESH_S = 1.0
_current: Runtime | None = None


@dataclass(frozen=True)
class Settled:
    """What the last settling came to."""

    at: datetime
    moved: int | None  # readings; None where it failed


@dataclass
class Runtime:
    store: ObservationStore
    directory: Directory
    pipeline: Pipeline
    hub: LiveHub
    mqtt: MqttIngest | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    settled: Settled | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    async def start(cls, folder: DataFolder, opened: ObservationStore | None = None) -> Runtime:
        """Open the folder's store (or take the one given) and begin."""
        from jcoc.telemetry.directory import Directory
        from jcoc.telemetry.ingest.mqtt import MqttIngest, read_settings
        from jcoc.telemetry.ingest.pipeline import Pipeline
        from jcoc.telemetry.live import LiveHub

        mqtt_settings = read_settings(folder.path / "mqtt.toml")
        store = await asyncio.to_thread(_open_store, folder) if opened is None else opened
        directory = Directory()
        await asyncio.to_thread(_in_database, directory)
        runtime = cls(store, directory, Pipeline(store, directory), LiveHub(store, directory))
        if mqtt_settings is not None:
            runtime.mqtt = MqttIngest(mqtt_settings, directory, runtime.pipeline)
        runtime._tasks = [
            asyncio.create_task(runtime.hub.run(), name="live frames"),
            asyncio.create_task(runtime._keep_fresh(), name="directory"),
            asyncio.create_task(runtime._settle(), name="settle"),
        ]
        if runtime.mqtt is not None:
            runtime._tasks.append(asyncio.create_task(runtime.mqtt.run(), name="mqtt"))
        return runtime

    async def stop(self) -> None:
        """End the streams, bring what was taken in to disk, close the store."""
        self.hub.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pipeline.drained()
        await asyncio.to_thread(self.store.close)

    async def _keep_fresh(self) -> None:
        rights: tuple[int, datetime | None] | None = None
        while True:
            await asyncio.sleep(REFRESH_S)
            try:
                found = await asyncio.to_thread(_in_database, self.directory)
                if found != rights:
                    await self.hub.recheck()
                rights = found
            except Exception:  # the database may be away for a moment; the old snapshot holds
                logger.exception("The directory could not be refreshed")

    async def _settle(self) -> None:
        """At the start and each night: bring the days that have ended into their final order."""
        while True:
            moved = None
            try:
                # A day's margin: late readings of yesterday still come in today.
                moved = await asyncio.to_thread(
                    self.store.settle, (datetime.now(UTC) - timedelta(days=1)).date()
                )
                logger.info("Settled %d readings", moved)
            except Exception:
                logger.exception("Settling failed; it is tried again tomorrow")
            now = datetime.now(UTC)
            self.settled = Settled(now, moved)
            night = (now + timedelta(days=1)).replace(
                hour=19, minute=10, second=0, microsecond=0
            )  # 02.10 WIB
            await asyncio.sleep((night - now).total_seconds() % 86_400 or 86_400)


def _open_store(folder: DataFolder) -> ObservationStore:
    from jcoc.telemetry.stores.duckdb import DuckDBStore

    return DuckDBStore(folder.observations)


def _in_database(directory: Directory) -> tuple[int, datetime | None]:
    """Refresh; the version of people's rights, and when a role's time was up last: nobody writes a row then."""
    from django.db import close_old_connections

    from jcoc.people.access import last_end

    close_old_connections()
    try:
        directory.refresh()
        return current_version(RIGHTS), last_end()
    finally:
        close_old_connections()


def current() -> Runtime:
    """The runtime of this process."""
    if _current is None:
        raise RuntimeError("No telemetry runtime runs in this process.")
    return _current


def set_current(runtime: Runtime | None) -> None:
    global _current  # noqa: PLW0603
    _current = runtime
