"""`jcoc demo run` as a person runs it: it comes up, it shows a living city, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from jcoc.demo import run
from jcoc.indicators.dimensions import CODES
from support import COMMAND, environment, free_port, jcoc, until

pytestmark = pytest.mark.slow


class Demo:
    """A `jcoc demo run` in a session of its own, as at a terminal of its own."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data, self.port = data, free_port()
        self.output: list[str] = []
        self.process = subprocess.Popen(
            [*COMMAND, "demo", "run", "--port", str(self.port), *arguments],
            env=environment(data) | {"COLUMNS": "100"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self.output.append(line)

    @property
    def text(self) -> str:
        return "".join(self.output)

    def up(self) -> Demo:
        def told() -> bool:
            if self.process.poll() is not None:
                self._reader.join(5)
                raise AssertionError(self.text)
            return "Ready in" in self.text

        until(told, seconds=90, what=f"the start of the demonstration; it said {self.output!r}; it")
        return self

    def pids(self) -> dict[int, str]:
        """Every process that works on this data folder, with its command line."""
        found = {}
        needle = f"JCOC_DATA={self.data}".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if needle in (entry / "environ").read_bytes().split(b"\0"):
                        line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                        if line:
                            found[int(entry.name)] = line
                except OSError:
                    continue
        return found

    def simulator(self) -> int:
        return next(pid for pid, line in self.pids().items() if "jcoc.demo.sender" in line)

    def end(self, *signals: signal.Signals, seconds: float = 30) -> int:
        """Send signals to the terminal's process group, as the keyboard does; the exit status."""
        for number, each in enumerate(signals):
            if number:
                until(lambda: not self._listens(), seconds=5, what="the end of listening")
            os.killpg(self.process.pid, each)
        status = self.process.wait(seconds)
        self._reader.join(5)
        return status

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def clean_up(self) -> None:
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(10)

    # What a person does

    def passwords(self) -> dict[str, str]:
        return dict(re.findall(r"(operator|admin)\s+((?:[a-z2-9]{4}-){3}[a-z2-9]{4})", self.text))

    def log_in(self, username: str) -> OpenerDirector:
        opener = build_opener(HTTPCookieProcessor(CookieJar()))
        url = f"http://127.0.0.1:{self.port}/login/"
        with opener.open(url) as answer:
            token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        assert token
        form = {"username": username, "password": self.passwords()[username], "csrfmiddlewaretoken": token[1]}
        with opener.open(Request(url, urlencode(form).encode(), {"Referer": url})) as answer:
            assert answer.status == 200
            assert not answer.url.endswith("/login/"), "the password on screen was not taken"
        return opener

    def state(self, opener: OpenerDirector) -> dict[str, Any]:
        with opener.open(f"http://127.0.0.1:{self.port}/wall/state.json") as answer:
            state: dict[str, Any] = json.load(answer)
        return state


@pytest.fixture
def data(folder: Path) -> Path:
    return folder / "d"


@pytest.fixture
def started(data: Path) -> Iterator[Any]:
    demos: list[Demo] = []

    def start(*arguments: str) -> Demo:
        demos.append(Demo(data.resolve(), *arguments))
        return demos[-1]

    yield start
    for demo in demos:
        demo.clean_up()


def test_first_run_second_run_and_a_new_beginning(started: Any, data: Path) -> None:
    demo = started().up()
    assert set(demo.passwords()) == {"operator", "admin"}
    opener = demo.log_in("operator")
    state = demo.state(opener)
    sensors, latest = state["sensors"], state["latest"]
    assert set(sensors["origin"]) == {"simulated"}
    assert set(sensors["dimension"]) == set(CODES)
    assert all(lon is not None for lon in sensors["lon"])
    assert all(when is not None for when in latest["time"])
    assert sum(latest["count"]) > 500_000

    def living() -> bool:
        """In each dimension something was measured since the page was opened."""
        now = demo.state(opener)
        fresh = Counter(
            dimension
            for dimension, when in zip(now["sensors"]["dimension"], now["latest"]["time"], strict=True)
            if when > state["t"]
        )
        return set(fresh) == set(CODES) and sum(fresh.values()) > 200

    until(living, seconds=40, what="fresh readings in every dimension")
    secrets_in_sight = [line for line in demo.pids().values() if "jcoc_" in line]
    assert not secrets_in_sight
    first = demo.passwords()
    count = sum(demo.state(opener)["latest"]["count"])
    assert len(demo.pids()) >= 2
    assert demo.end(signal.SIGINT) == 0, demo.text
    assert demo.pids() == {}
    assert "Traceback" not in demo.text

    again = started().up()
    assert again.passwords() == first
    after = again.state(again.log_in("admin"))
    assert sum(after["latest"]["count"]) > count
    assert after["sensors"]["id"] == sensors["id"]
    busy = jcoc(data.resolve(), "demo", "run", "--port", "0", "--reset")
    assert busy.returncode == 1
    assert "in use by process" in busy.stderr
    assert again.end(signal.SIGINT) == 0, again.text

    anew = started("--reset").up()
    assert anew.passwords().keys() == first.keys()
    assert not set(anew.passwords().values()) & set(first.values())
    assert anew.end(signal.SIGINT, signal.SIGINT) == 0, anew.text
    assert anew.pids() == {}
    assert "Traceback" not in anew.text


def test_the_simulator_does_not_outlive_a_killed_server(started: Any) -> None:
    demo = started().up()
    simulator = demo.simulator()
    os.kill(demo.process.pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{simulator}").exists(), what="the end of the simulator")
    until(lambda: demo.pids() == {}, what="the end of the workers")


def test_a_simulator_that_dies_is_told(started: Any) -> None:
    demo = started().up()
    os.kill(demo.simulator(), signal.SIGKILL)
    until(lambda: "simulator ended by itself" in " ".join(demo.text.split()), what="the sentence")
    assert demo.end(signal.SIGINT) == 0
    assert demo.pids() == {}


def test_ctrl_c_while_it_sets_up(started: Any, data: Path) -> None:
    demo = started()
    until(lambda: (data / "observations.duckdb").exists(), seconds=60, what="the history")
    assert demo.end(signal.SIGINT) == 0, demo.text
    assert "Traceback" not in demo.text
    assert demo.pids() == {}
    whole = started().up()
    state = whole.state(whole.log_in("operator"))
    assert all(when is not None for when in state["latest"]["time"])
    assert whole.end(signal.SIGINT) == 0


@pytest.mark.parametrize(("raised", "ends_it"), [("Query interrupted", True), ("The store is broken", False)])
def test_a_query_that_swallowed_ctrl_c_ends_the_run(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: str,
    ends_it: bool,
) -> None:
    def prepare(folder: object) -> None:
        raise RuntimeError(raised)

    data.mkdir(mode=0o700)
    monkeypatch.setenv("JCOC_DATA", str(data))
    monkeypatch.setenv("JCOC_PUBLIC_URL", "http://127.0.0.1")  # set anew by the run, and put back here
    monkeypatch.setattr(run, "_prepare", prepare)
    with nullcontext() if ends_it else pytest.raises(RuntimeError, match=raised):
        run.run_demonstration(0, lambda *arguments, **options: None, reset=False)
    assert ("The demonstration has stopped" in capsys.readouterr().out) is ends_it


def test_a_taken_port_is_told_with_a_free_one(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        began = time.monotonic()
        done = jcoc(data, "demo", "run", "--port", str(port))
    assert done.returncode == 1
    free = re.search(r"make demo PORT=(\d+)", done.stderr)
    assert free
    assert int(free[1]) > port
    assert time.monotonic() - began < 20
    assert not data.exists()


@pytest.mark.parametrize("arguments", [(), ("--reset",)])
def test_a_real_centre_is_neither_reset_nor_made_a_demonstration(
    data: Path, arguments: tuple[str, ...]
) -> None:
    assert jcoc(data, "setup").returncode == 0
    before = (data / "jcoc.sqlite3").read_bytes()
    done = jcoc(data, "demo", "run", "--port", "0", *arguments)
    assert done.returncode == 1
    assert "is not a demonstration" in done.stderr
    assert (data / "jcoc.sqlite3").read_bytes() == before
    assert not (data / "demo.json").exists()


def test_another_database_is_refused(data: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "demo", "run", "--port", "0"],
        env=environment(data) | {"JCOC_DATABASE_URL": "postgres://localhost/city"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "unset JCOC_DATABASE_URL" in done.stderr


def test_many_more_sensors_live_beside_the_city(started: Any, data: Path) -> None:
    demo = started().up()
    opener = demo.log_in("operator")
    simulating = subprocess.Popen(
        [*COMMAND, "demo", "simulate", "--sensors", "600", "--rate", "300"],
        env=environment(data.resolve()),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:

        def living() -> bool:
            state = demo.state(opener)
            rows = zip(state["sensors"]["code"], state["latest"]["count"], strict=True)
            return sum(count > 0 for code, count in rows if code.startswith("sim-x")) > 300

        until(living, seconds=60, what="readings of the new sensors")
        simulating.send_signal(signal.SIGINT)
        said, _ = simulating.communicate(timeout=20)
        assert simulating.returncode == 0
        assert "new; 300 readings a second" in said
    finally:
        simulating.kill()
        simulating.wait()
    assert demo.end(signal.SIGINT) == 0


def test_more_sensors_only_for_a_running_demonstration(data: Path) -> None:
    done = jcoc(data, "demo", "simulate", "--sensors", "10")
    assert done.returncode == 1
    assert "No demonstration runs in this data folder" in done.stderr
