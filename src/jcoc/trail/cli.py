"""Helpers of the command line that every ring's commands.py shares."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import typer


def with_django() -> None:
    """Set Django up; the first line of a command that needs settings or the database."""
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcoc.settings")
    if not apps.ready:
        try:
            django.setup()
        except ImproperlyConfigured as error:
            raise stop(str(error)) from None


def stop(sentence: str, code: int = 1) -> typer.Exit:
    """Say on standard error why a command ends; ``raise stop(…)``. Code 2 is for input that cannot be used."""
    typer.secho(sentence, err=True, fg=typer.colors.RED)
    return typer.Exit(code)


def call(name: str, arguments: dict[str, Any] | None = None, label: str = "") -> dict[str, Any]:
    """Run a local command where the data folder is open, under a bar where a label is given; stop where it fails."""
    from jcoc.trail.local import CommandFailed
    from jcoc.trail.local import call as call_local

    with_django()
    try:
        with progress_bar(label) if label else nullcontext() as bar:
            return call_local(name, arguments or {}, bar)
    except CommandFailed as failed:
        raise stop(str(failed)) from None


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float, str], None]]:
    """A bar that takes ``bar(fraction, text)``; silent where nobody watches a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<34}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(label, total=1.0)

        def bar(fraction: float, text: str = "") -> None:
            progress.update(task, completed=fraction, description=text or label)

        yield bar
        progress.update(task, completed=1.0)
