"""What tests of several folders use: real data, a running centre, programs of the distribution."""

from __future__ import annotations

import atexit
import http.cookiejar
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "kata-sandi-uji-2026"


def absent(sentence: str) -> NoReturn:
    """Skip for want of something of the machine; in CI, which has it all, that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def shared_data(*parts: str) -> Path:
    """A file of the real data that lies beside the checkout."""
    path = ROOT.parent.joinpath("shared", "data", *parts)
    if not path.exists():
        absent(f"The real data is not here: put it at ../shared/data/{'/'.join(parts)}")
    return path


def missing_program(name: str) -> NoReturn:
    absent(f"{name} is not installed: sudo apt-get install {name}")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder that holds so much and no more."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        absent(f"A small disk cannot be mounted here (root can): {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def a_lock_is_waited_for() -> bool:
    """Whether somebody waits for a lock of PostgreSQL; to see that two transactions meet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def chromium_path() -> str:
    """Where Chromium is."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    missing_program("chromium")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], *, seconds: float = 20, what: str = "it") -> Any:
    """Wait for a condition to be true and return it; fail by name when it is not in time."""
    end = monotonic() + seconds
    while monotonic() < end:
        if value := condition():
            return value
        sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def jcoc(
    data: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    timeout: float = 180,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run a jcoc command on a data folder to its end; settings: of the environment, besides the usual ones."""
    env = environment(data) | dict(settings or {})
    return subprocess.run(
        [*COMMAND, *arguments], env=env, capture_output=True, text=True, timeout=timeout, **options
    )


@cache
def _set_up() -> Path:
    data = Path(tempfile.mkdtemp(prefix="jcoc-set-up-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("JCOC_")}
    plain |= {"JCOC_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([*COMMAND, "setup"], env=plain, check=True, timeout=180)
    return data


def set_up(data: Path) -> Path:
    """A data folder as `jcoc setup` leaves it, copied from one that each process of the tests makes once."""
    shutil.copytree(_set_up(), data, dirs_exist_ok=True)
    return data


COMMAND = (sys.executable, "-c", "from jcoc.cli import main; main()")


def environment(data: Path) -> dict[str, str]:
    """The environment of a jcoc process that works on that data folder."""
    return os.environ | {"JCOC_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}


@dataclass
class Centre:
    """A `jcoc serve` process on a free port."""

    data: Path
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    url: str = ""
    cookie: str = ""
    process: subprocess.Popen[str] | None = None
    output: list[str] = field(default_factory=list)

    def start(self) -> Centre:
        self.output = []
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *self.arguments],
            env=environment(self.data) | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        process = self.process
        assert process.stdout is not None
        stdout = process.stdout

        def read() -> None:
            for line in stdout:
                self.output.append(line)

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()
        until(self._address, seconds=60, what=f"the start of the server; it said {self.output!r}; it")
        return self

    def _address(self) -> bool:
        assert self.process is not None
        for line in list(self.output):
            if "jcoc serves at " in line:
                self.url = line.split("jcoc serves at ", 1)[1].strip()
                return True
        if self.process.poll() is not None:
            self._reader.join(5)
            raise AssertionError("".join(self.output))
        return False

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def stop(self, how: signal.Signals = signal.SIGINT, seconds: float = 20) -> int:
        """Signal the server and wait for its end; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(seconds)
        self._let_go()
        return status

    def kill_group(self) -> None:
        """End the server and its workers without asking, by process group."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self._let_go()

    def _let_go(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self._reader.join(5)
        self.process.stdout.close()

    @contextmanager
    def started(self) -> Iterator[Centre]:
        try:
            yield self.start()
            self.stop()
        finally:
            self.kill_group()

    def jcoc(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a jcoc command on this centre's data folder."""
        return jcoc(self.data, *arguments, settings=self.environment)

    def add_account(self, username: str, role: str) -> None:
        """Make an account with PASSWORD."""
        done = self.jcoc("people", "add", username, "--role", role, "--password", PASSWORD)
        assert done.returncode == 0, done.stderr

    def send(self, token: str, readings: list[tuple[str, datetime, float]], *, first: bool = False) -> None:
        """Post readings as a device does; first: wait until the running server has noticed the token."""
        body = [
            {"datastream": code, "phenomenonTime": at.isoformat(), "result": value}
            for code, at, value in readings
        ]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/ingest", json.dumps(body).encode(), headers)

        def accepted() -> bool:
            try:
                with urllib.request.urlopen(request, timeout=20):
                    return True
            except urllib.error.HTTPError as error:
                with error:
                    assert first and error.code in (401, 403, 422), error.read().decode()
                return False

        until(accepted, what="the acceptance of readings")


def log_in(url: str, username: str) -> str:
    """Log in as a browser would and return the Cookie header of the session."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{url}/login/", timeout=20).close()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token, "next": "/healthz"}
    opener.open(f"{url}/login/", urllib.parse.urlencode(form).encode(), timeout=20).close()
    return next(f"{cookie.name}={cookie.value}" for cookie in jar if cookie.name == "sessionid")
