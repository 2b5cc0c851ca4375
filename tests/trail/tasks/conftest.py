from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jcoc.trail.tasks import registry


@pytest.fixture
def declared() -> Iterator[Callable[..., Any]]:
    """``declared("test.name", function, …)`` declares a background task for one test."""
    names: list[str] = []

    def declare(name: str, function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
        names.append(name)
        return registry.background(name, **options)(function)

    yield declare
    for name in names:
        task = registry._by_name.pop(name)
        registry._by_function.pop(task.function, None)
        registry._schedules.pop(name, None)
