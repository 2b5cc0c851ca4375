"""``jcoc worker``: background tasks in a process of their own."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer

from jcoc.trail.cli import stop, with_django

#: How long the tasks that run get to leave when the worker is asked to stop.
GRACE_S = 10


def worker(
    threads: Annotated[
        int, typer.Option(help="Tasks at the same time; JCOC_TASK_THREADS if not given.", min=0, max=64)
    ] = 0,
) -> None:
    """Run background tasks until Ctrl-C, beside a server with JCOC_TASKS=worker. Several may run at once.

    For installations with PostgreSQL: with SQLite the server itself runs them.
    """
    with_django()
    from django.conf import settings
    from django.db import connection

    from jcoc.trail import compute
    from jcoc.trail.database import leave_unmigrated
    from jcoc.trail.tasks.worker import Worker

    if connection.vendor == "sqlite":
        raise stop(
            "With SQLite the server runs the background tasks itself. Workers of their own need PostgreSQL: "
            "set JCOC_DATABASE_URL, and JCOC_TASKS=worker for the server."
        )
    leave_unmigrated()
    asked = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: asked.set())
    runs = Worker(threads or settings.TASK_THREADS, in_server=False)
    compute.start(settings.COMPUTE_WORKERS)
    try:
        runs.start()
        typer.echo("jcoc works on background tasks.")
        asked.wait()
        left = runs.stop(GRACE_S)
    finally:
        compute.stop()
    typer.echo("jcoc worker has stopped.")
    if not left:
        # A thread that did not leave would hold the process; its task is done again when its claim has run out.
        os._exit(0)


def register(app: typer.Typer) -> None:
    app.command()(worker)
