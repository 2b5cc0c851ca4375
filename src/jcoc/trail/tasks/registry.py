"""Which background tasks there are, and which of them the clock starts. Filled by every app's ``background.py``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.functional import Promise

from jcoc.trail.tasks.clock import Schedule, read_daily, read_every, read_weekly

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Background:
    """A function that may run in the background, and how."""

    name: str
    title: str | Promise
    function: Callable[..., Any]
    attempts: int
    priority: int
    compute: bool
    in_server: bool


_by_name: dict[str, Background] = {}
_by_function: dict[Callable[..., Any], Background] = {}
_schedules: dict[str, Schedule] = {}


def background(
    name: str,
    *,
    title: str | Promise = "",
    attempts: int = 5,
    priority: int = 0,
    compute: bool = False,
    in_server: bool = False,
) -> Callable[[Function], Function]:
    """Declare a background task under a lasting name such as ``channels.send``.

    The function takes the :class:`~jcoc.trail.tasks.job.Job` and keyword arguments that JSON can hold, and may be
    run twice: a worker that was killed at its end has its task done again. Higher priority goes first.
    `compute`: a module-level pure function of a module without Django, which takes the keyword arguments alone; it
    runs in a compute worker, where it holds nobody's interpreter; cancelled, it is ended there. `in_server`: only the
    server process may run it, because it needs what that one has open (the store of observations).
    """
    if attempts < 1:
        raise ValueError(f"{name}: at least one attempt is needed.")

    def register(function: Function) -> Function:
        task = Background(name, title or name, function, attempts, priority, compute, in_server)
        if _by_name.setdefault(name, task).function is not function:
            raise ValueError(f"Two background tasks are called {name!r}.")
        _by_function[function] = task
        return function

    return register


def daily(*, at: str) -> Callable[[Function], Function]:
    """Run a background task each day at a time of WIB, such as ``"02:00"``. Stands above ``@background``."""
    return _scheduled(read_daily(at))


def weekly(*, weekday: int, at: str) -> Callable[[Function], Function]:
    """Run a background task once a week; Monday is 0. One that was missed is made up for at the next start."""
    return _scheduled(read_weekly(weekday, at))


def every(*, minutes: float) -> Callable[[Function], Function]:
    """Run a background task each so many minutes. Stands above ``@background``."""
    return _scheduled(read_every(minutes))


def _scheduled(schedule: Schedule) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        _schedules[of(function).name] = schedule
        return function

    return register


def withdraw(package: str) -> None:
    """Forget the tasks whose functions stand in a package."""
    for name, task in list(_by_name.items()):
        if f"{task.function.__module__}.".startswith(f"{package}."):
            del _by_name[name], _by_function[task.function]
            _schedules.pop(name, None)


def of(function: Callable[..., Any]) -> Background:
    """The task that a function was declared as."""
    try:
        return _by_function[function]
    except KeyError:
        raise ValueError(f"{function!r} is not a background task: declare it with @background.") from None


def named(name: str) -> Background | None:
    return _by_name.get(name)


def titled(name: str) -> str:
    """The title for people; the bare name where this version knows the task no more."""
    task = _by_name.get(name)
    return str(task.title) if task else name


def runnable(*, in_server: bool, only_server: bool = False) -> list[str]:
    """The names that a worker of this kind may take: those of a newer version are left to it."""
    return [
        name
        for name, task in _by_name.items()
        if (task.in_server and in_server) or (not task.in_server and not only_server)
    ]


def schedules() -> dict[str, Schedule]:
    return dict(_schedules)


def check_arguments(task: Background, arguments: dict[str, Any]) -> None:
    """``TypeError`` where the function could not be called with these."""
    inspect.signature(task.function).bind(*(() if task.compute else (None,)), **arguments)
