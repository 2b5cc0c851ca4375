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
from django.db import close_old_connections

from jcoc.people.services import clear_expired_sessions
from jcoc.telemetry import runtime
from jcoc.telemetry.ingest.http import ingest
from jcoc.telemetry.live import live
from jcoc.trail.asgi import Receive, Scope, Send
from jcoc.trail.local import command_endpoint
from jcoc.trail.pages import Pages

logger = logging.getLogger(__name__)

_django = Pages(get_wsgi_application(), settings.SERVER_THREADS)


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
    """End every open live stream; the server calls it when it is asked to stop."""
    runtime.current().hub.close()


async def _clear_sessions_daily() -> None:
    while True:
        try:
            await asyncio.to_thread(_clear_sessions)
        except Exception:
            logger.exception("Expired sessions could not be cleared; it is tried again tomorrow")
        await asyncio.sleep(86_400)


def _clear_sessions() -> None:
    try:
        clear_expired_sessions()
    finally:
        close_old_connections()


async def _lifespan(receive: Receive, send: Send) -> None:
    running: runtime.Runtime | None = None
    clearing: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                running = await runtime.Runtime.start(settings.DATA_FOLDER)
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": f"{error}"})
                raise
            runtime.set_current(running)
            clearing = asyncio.create_task(_clear_sessions_daily(), name="sessions")
            await send({"type": "lifespan.startup.complete"})
        else:
            runtime.set_current(None)
            if clearing:
                clearing.cancel()
            if running:
                await running.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
