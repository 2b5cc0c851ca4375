"""The server process: the city's address and the local socket in one event loop, compute workers beside."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from jcoc.trail import compute
from jcoc.trail.datafolder import DataFolder
from jcoc.trail.protocol import BoundedHeads

GRACEFUL_SHUTDOWN_S = 5


class CannotServe(RuntimeError):
    """The server cannot start; the text is a sentence for the person who started it."""


class _PublicServer(uvicorn.Server):
    on_stopping: Callable[[], None]

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal once more when it is done, and SIGTERM would then skip our own clean-up.
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn waits for open requests before it ends the lifespan: streams must hear of it first.
        self.on_stopping()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn takes a second Ctrl-C as leave to skip the lifespan's end, which closes the store.
        if not self.should_exit:
            super().handle_exit(sig, frame)


class _LocalServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Signals belong to the public server; it takes this one down with it.
        yield


def is_loopback(host: str) -> bool:
    """Whether an address to bind is reachable from this machine only."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, or :class:`CannotServe` with the reason; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"Cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}. "
            "Stop what listens there, or choose another with --port."
        ) from error
    listener.listen(2048)
    return listener


def _prepare_local_socket(path: Path) -> None:
    # uvicorn opens a new socket to everybody, but keeps the mode of one that already stands there.
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as placeholder:
        try:
            placeholder.bind(str(path))
        except OSError as error:
            raise CannotServe(
                f"Cannot make the socket {path}: {error}. Choose a shorter JCOC_DATA path."
            ) from error
    path.chmod(0o600)


def run(
    application: Any,
    local_application: Any,
    *,
    folder: DataFolder,
    listener: socket.socket,
    workers: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    trusted_proxies: Sequence[str] = (),
    on_started: Callable[[], None],
    on_stopping: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM. The caller holds the folder's lock; on_stopping ends open streams."""
    _prepare_local_socket(folder.socket)
    shared: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "http": BoundedHeads,
        "ws": "none",
        "timeout_graceful_shutdown": GRACEFUL_SHUTDOWN_S,
    }
    public = _PublicServer(
        uvicorn.Config(
            application,
            loop="uvloop",
            lifespan="on",
            server_header=False,
            ssl_certfile=tls_cert,
            ssl_keyfile=tls_key,
            backlog=2048,
            # Never uvicorn's own default, which another environment variable of its own would change.
            forwarded_allow_ips=list(trusted_proxies),
            **shared,
        )
    )
    public.on_stopping = on_stopping
    local = _LocalServer(uvicorn.Config(local_application, uds=str(folder.socket), lifespan="off", **shared))

    async def serve() -> None:
        serving = asyncio.create_task(public.serve(sockets=[listener]))
        while not (public.started or serving.done()):
            await asyncio.sleep(0.01)
        if serving.done():
            await serving
            raise CannotServe("The server could not start; the reason stands above.")
        beside = asyncio.create_task(local.serve())
        while not (local.started or beside.done()):
            await asyncio.sleep(0.01)
        # What is loaded now stays; to look through it for garbage holds up requests, 30 to 100 ms each time.
        gc.collect()
        gc.freeze()
        on_started()
        try:
            await serving
        finally:
            local.should_exit = True
            await beside

    compute.start(workers)
    try:
        with asyncio.Runner(loop_factory=public.config.get_loop_factory()) as runner:
            runner.run(serve())
    finally:
        compute.stop()
        folder.socket.unlink(missing_ok=True)
