"""For the benchmarks of ingest and live: a real `jcoc serve` on a data folder of its own, and a load generator."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
COMMAND = (sys.executable, "-c", "from jcoc.cli import main; main()")

PREPARE = """
from django.db import transaction
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
limits = dict(lowest=-1e6, highest=1e6, rate_per_minute=1e9)
streams = [NewDatastream(f"b-{n}", f"Bench {n}", "Bench", origin="simulated", **limits) for n in range(%d)]
with transaction.atomic():
    register_thing("bench", "Bench", streams)
    print("TOKEN", issue_token("bench", [stream.code for stream in streams], readings_per_second=10**9)[1])
"""

#: After PREPARE: the session of an operator, for streams that ask who is there.
PREPARE_SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from jcoc.people.services import add_account
user = add_account(username="bench", roles=["operator"], password="kata-sandi-bangku-2026")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.save()
print("SESSION", session.session_key)
"""


@dataclass
class Server:
    data: Path
    token: str
    session: str
    port: int
    process: subprocess.Popen[Any]

    def memory_mb(self) -> float:
        """The largest resident size so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def serving(datastreams: int, prepare: str = "") -> Iterator[Server]:
    """Start `jcoc serve` with that many datastreams, each with quality rules; stop and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="jcoc-bench-") as folder:
        environment = os.environ | {"JCOC_DATA": folder, "PYTHONPATH": str(ROOT / "src")}

        def run(*arguments: str) -> str:
            command = [*COMMAND, *arguments]
            return subprocess.run(
                command, env=environment, check=True, stdout=subprocess.PIPE, text=True
            ).stdout

        run("setup")
        said = run("manage", "shell", "-c", PREPARE % datastreams + prepare)
        token = said.split("TOKEN ")[1].split()[0]
        session = said.split("SESSION ")[1].split()[0] if "SESSION " in said else ""
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            line = ""
            while "jcoc serves at " not in line:
                line = process.stdout.readline()
                if not line:
                    raise RuntimeError("The server did not start.")
            yield Server(Path(folder), token, session, int(line.strip().rsplit(":", 1)[1]), process)
            process.send_signal(signal.SIGINT)
            process.wait(30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()


@contextmanager
def bare() -> Iterator[Server]:
    """Start bench/_bare.py, which answers and keeps nothing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(BENCH / "_bare.py"), str(port)])
    try:
        while process.poll() is None:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield Server(Path(), "none", "none", port, process)
    finally:
        process.terminate()
        process.wait()


def load(server: Server, **options: Any) -> dict[str, Any]:
    """Run the load generator, bench/_load.py, as a process of its own; what it measured."""
    return _generate("_load.py", server, **options)


def live_load(server: Server, **options: Any) -> dict[str, Any]:
    """The same with bench/_live_load.py."""
    return _generate("_live_load.py", server, session=server.session, **options)


def _generate(program: str, server: Server, **options: Any) -> dict[str, Any]:
    options = {"port": server.port, "token": server.token} | options
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    done = subprocess.run(
        [sys.executable, str(BENCH / program), *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def json_option(description: str | None) -> Path | None:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path)
    path: Path | None = parser.parse_args().json
    return path


def report(result: dict[str, Any], path: Path | None) -> None:
    """Print the table, and keep it as JSON where asked to."""
    print(result["title"])
    for row in result["rows"]:
        print(f"  {row['what']:<64} {row['measured']:>14} {row['unit']:<12} to reach: {row['to_reach']}")
    for note in result["notes"]:
        print(f"  {note}")
    if path is not None:
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
