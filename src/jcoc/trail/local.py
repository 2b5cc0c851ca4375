"""Commands that write, or read observations: through the running server's socket, else in this process.

The socket lies in the data folder, mode 0600: who may open it may do everything the folder's owner may.
"""

from __future__ import annotations

import http.client
import json
import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jcoc.trail.actor import LOCAL, acting
from jcoc.trail.asgi import Receive, Scope, Send
from jcoc.trail.database import migrate
from jcoc.trail.datafolder import DataFolder, DataFolderBusy

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
Command = Callable[[dict[str, Any], Progress], dict[str, Any]]

_commands: dict[str, Command] = {}


class CommandFailed(RuntimeError):
    """A command could not be done; the text is a sentence for the person who asked."""


def local_command(name: str) -> Callable[[Command], Command]:
    """Register a command under a name such as ``city.import_boundaries``."""

    def register(function: Command) -> Command:
        if _commands.setdefault(name, function) is not function:
            raise ValueError(f"Two local commands are called {name!r}.")
        return function

    return register


def withdraw(package: str) -> None:
    """Forget the commands whose functions stand in a package."""
    for name, function in list(_commands.items()):
        if f"{function.__module__}.".startswith(f"{package}."):
            del _commands[name]


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the server's socket."""

    def __init__(self, path: Path, timeout: float | None = None) -> None:
        super().__init__("local", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def server_is_running(folder: DataFolder) -> bool:
    """Whether a server answers at the folder's socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(folder.socket))
        except OSError:
            return False
    return True


def call(name: str, arguments: dict[str, Any], on_progress: Progress | None = None) -> dict[str, Any]:
    """Run a command where the data folder is open. :class:`CommandFailed` with a sentence where it cannot."""
    from django.conf import settings

    folder: DataFolder = settings.DATA_FOLDER
    progress = on_progress or (lambda _fraction, _text: None)
    if server_is_running(folder):
        return _call_server(folder, name, arguments, progress)
    try:
        with folder.locked():
            migrate()
            return _run(name, arguments, progress)
    except DataFolderBusy as busy:
        raise CommandFailed(str(busy)) from None


def _run(name: str, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    if name not in _commands:
        raise CommandFailed(f"There is no command {name!r}.")
    try:
        with acting(LOCAL):
            return _commands[name](arguments, progress)
    except CommandFailed:
        raise
    except Exception as error:
        logger.exception("Local command %s", name)
        raise CommandFailed(f"{type(error).__name__}: {error}") from error


def _call_server(
    folder: DataFolder, name: str, arguments: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    connection = UnixConnection(folder.socket)
    try:
        connection.request(
            "POST", f"/command/{name}", json.dumps(arguments), {"Content-Type": "application/json"}
        )
        response = connection.getresponse()
        if response.status != 200:
            raise CommandFailed(response.read().decode(errors="replace"))
        for line in response:
            event = json.loads(line)
            if "progress" in event:
                progress(*event["progress"])
            elif "error" in event:
                raise CommandFailed(event["error"])
            else:
                result: dict[str, Any] = event["result"]
                return result
    except (OSError, http.client.HTTPException) as error:
        raise CommandFailed(f"The server went away while it worked on it ({error}).") from error
    finally:
        connection.close()
    raise CommandFailed("The server ended before it had an answer.")


def _events(name: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Run a command in a thread and yield its progress, then its result or error."""
    events: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def work() -> None:
        from django.db import close_old_connections

        try:
            result = _run(name, arguments, lambda f, t: events.put({"progress": [f, t]}))
            outcome: dict[str, Any] = {"result": result}
        except CommandFailed as failed:
            outcome = {"error": str(failed)}
        finally:
            close_old_connections()
        events.put(outcome)

    threading.Thread(target=work, name=f"command {name}", daemon=True).start()
    while True:
        event = events.get()
        yield event
        if "progress" not in event:
            return


async def command_endpoint(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: ``POST /command/<name>`` with the arguments as JSON; answers a line of JSON for each event."""
    import asyncio

    name = scope["path"].removeprefix("/command/")
    if scope["method"] != "POST" or name not in _commands:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": f"There is no command {name!r}.".encode()})
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = [(b"content-type", b"application/x-ndjson")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    events = _events(name, json.loads(body))
    while True:
        event = await asyncio.to_thread(next, events, None)
        if event is None:
            break
        line = json.dumps(event).encode() + b"\n"
        await send({"type": "http.response.body", "body": line, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
