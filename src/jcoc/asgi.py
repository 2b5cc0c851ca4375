"""The front door: readings and live streams are bare ASGI, everything else is Django in a thread pool.

Django's own ASGI handler answers a tenth of what a bare callable does (docs/architecture.md), so no view is async.
"""

from __future__ import annotations

import asyncio
import logging
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcoc.settings")

import django

django.setup()

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from jcoc.telemetry import runtime
from jcoc.telemetry.ingest.http import ingest
from jcoc.telemetry.live import live
from jcoc.trail.asgi import Receive, Scope, Send
from jcoc.trail.limits import most_bytes
from jcoc.trail.local import command_endpoint
from jcoc.trail.pages import Pages
from jcoc.trail.tasks.worker import Worker
from jcoc.web import assets

logger = logging.getLogger(__name__)

#: How long the tasks that run get to leave when the server stops; what has not is done again at the next start.
TASKS_GRACE_S = 5

_tasks: Worker | None = None
assets.build()  # at the moment when the files are listed that it names
_django = Pages(get_wsgi_application(), settings.SERVER_THREADS, most_bytes=most_bytes)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """What the city reaches."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"] == "/ingest":
        await ingest(scope, receive, send)
    elif scope["path"] == "/live":
        await live(scope, receive, send)
    else:
        await _django(scope, receive, send)


async def local_application(scope: Scope, receive: Receive, send: Send) -> None:
    """What the commands on this machine reach through the data folder's socket."""
    scope["jcoc.local"] = True
    if scope["path"] == "/ingest":
        await ingest(scope, receive, send)
    else:
        await command_endpoint(scope, receive, send)


def end_streams() -> None:
    """End every open live stream, and ask the tasks to leave; the server calls it when it is asked to stop."""
    runtime.current().hub.close()
    if _tasks:
        _tasks.begin_to_stop()


def _task_worker() -> Worker:
    """With workers of their own, the server keeps only the tasks that need what it has open."""
    apart = settings.TASKS_RUN_BY == "worker"
    alone = connection.vendor == "sqlite"
    return Worker(1 if apart else settings.TASK_THREADS, in_server=True, only_server=apart, alone=alone)


async def _lifespan(receive: Receive, send: Send) -> None:
    running: runtime.Runtime | None = None
    global _tasks  # noqa: PLW0603
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                running = await runtime.Runtime.start(settings.DATA_FOLDER)
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": f"{error}"})
                raise
            runtime.set_current(running)
            _tasks = _task_worker()
            _tasks.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            if _tasks:
                await asyncio.to_thread(_tasks.stop, TASKS_GRACE_S)
                _tasks = None
            runtime.set_current(None)
            if running:
                await running.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
