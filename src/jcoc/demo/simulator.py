"""The simulator as a child of the server process: begun, watched, ended."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict

from jcoc.demo.sender import Orders

END_S = 5.0


class Simulator:
    """It ends when its standard input ends, so it does not outlive this process whatever becomes of it."""

    def __init__(self, on_first: Callable[[], None], on_lost: Callable[[int], None]) -> None:
        """on_first: its first readings are on disk. on_lost: it ended by itself, with this status."""
        self._on_first, self._on_lost = on_first, on_lost
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, orders: Orders) -> None:
        """A session of its own keeps a Ctrl-C at the terminal away from it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jcoc.demo.sender"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(orders)).encode() + b"\n")
        self._process.stdin.flush()
        threading.Thread(target=self._watch, name="simulator", daemon=True).start()

    def _watch(self) -> None:
        process = self._process
        assert process is not None and process.stdout is not None
        with process.stdout as output:
            for line in output:
                if line.strip() == b"ready":
                    self._on_first()
        status = process.wait()
        if not self._stopping:
            self._on_lost(status)

    def stop(self) -> None:
        """End it and wait for that; a second call does nothing."""
        self._stopping = True
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        for harder in (process.terminate, process.kill):
            try:
                process.wait(END_S)
                return
            except subprocess.TimeoutExpired:
                harder()
        process.wait()
