from collections.abc import Callable
from typing import Any

from jcoc.trail.local import CommandFailed, Progress, local_command
from jcoc.trail.sealing import indexes, services
from jcoc.trail.sealing.keyring import KeysUnusable


def _said(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except (KeysUnusable, ValueError) as error:
        raise CommandFailed(str(error)) from None


@local_command("sealing.list")
def list_keys(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return _said(lambda: {"keys": services.listing(), "path": str(services.key_file().path)})


@local_command("sealing.rotate")
def rotate(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    def work() -> dict[str, Any]:
        key_id, rows = services.rotate(progress)
        return {"id": key_id, "rows": rows}

    return _said(work)


@local_command("sealing.rotate_index")
def rotate_index(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return _said(lambda: {"rows": indexes.rotate(progress)})


@local_command("sealing.retire")
def retire(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: id."""

    def work() -> dict[str, Any]:
        services.retire(arguments["id"])
        return {}

    return _said(work)


@local_command("sealing.check")
def check(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    def work() -> dict[str, Any]:
        total, faults = services.check(progress)
        return {"persons": total, "faults": faults}

    return _said(work)
