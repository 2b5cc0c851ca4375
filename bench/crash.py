"""kill -9 at a random moment under load: nothing acknowledged may be lost, nothing doubled, restart < 5 s.

Each round starts `jcoc serve` on the same data folder, lets several connections post batches as fast as they are
acknowledged, and kills the server. In the end the store is opened and every acknowledged reading is looked for.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-c", "from jcoc.cli import main; main()")
CONNECTIONS = 8
BATCH = 40
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

PREPARE = """
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
streams = [NewDatastream(code=f"crash-{n}", name=f"Crash {n}", observed_property="Test") for n in range(%d)]
register_thing("crash", "Crash", streams)
print("TOKEN", issue_token("crash", [stream.code for stream in streams], readings_per_second=10**9)[1])
"""


class Server:
    def __init__(self, data: Path) -> None:
        self.environment = os.environ | {"JCOC_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}

    def prepare(self) -> str:
        subprocess.run([*COMMAND, "setup"], env=self.environment, check=True)
        code = PREPARE % CONNECTIONS
        done = subprocess.run(
            [*COMMAND, "manage", "shell", "-c", code],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.split("TOKEN ")[1].split()[0]

    def start(self) -> tuple[subprocess.Popen[str], int, float]:
        """The process, its port and the seconds until it served."""
        began = time.perf_counter()
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        for line in process.stdout:
            if "jcoc serves at" in line:
                return process, int(line.rsplit(":", 1)[1]), time.perf_counter() - began
        raise RuntimeError("The server did not start.")


class Load(threading.Thread):
    """One connection that posts until the server is gone, and remembers what was acknowledged."""

    def __init__(self, number: int, port: int, token: str, first: int) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.token = number, port, token
        self.next = first
        self.acknowledged: list[int] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        while True:
            numbers = range(self.next, self.next + BATCH)
            self.next += BATCH
            body = [
                {
                    "datastream": f"crash-{self.number}",
                    "phenomenonTime": (EPOCH + timedelta(seconds=n)).isoformat(),
                    "result": n / 8,
                }
                for n in numbers
            ]
            try:
                connection.request("POST", "/ingest", json.dumps(body), headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status not in (200, 201):
                raise RuntimeError(f"{answer.status} {text.decode()}")
            self.acknowledged += numbers


def check(data: Path, acknowledged: list[set[int]]) -> tuple[int, int]:
    """How many acknowledged readings are lost, and how many readings stand there twice."""
    from jcoc.telemetry.stores.duckdb import DuckDBStore

    store = DuckDBStore(data / "observations.duckdb")
    try:
        ids = sorted(store.counts())
        lost = doubled = 0
        for pk, known in zip(ids, acknowledged, strict=True):
            rows = store.window([pk])
            times = (
                rows.column("phenomenon_time").cast("int64").to_numpy() - int(EPOCH.timestamp() * 1e6)
            ) // 1_000_000
            values = rows.column("result").to_numpy()
            if (values != times / 8).any():
                raise RuntimeError("A reading has another value than was sent.")
            found = set(times.tolist())
            lost += len(known - found)
            doubled += len(times) - len(found)
            if store.count([pk]) != len(times):
                raise RuntimeError("The kept count differs from the rows.")
        return lost, doubled
    finally:
        store.close()


def run(rounds: int, seed: int, data: Path) -> dict[str, Any]:
    chance = random.Random(seed)
    server = Server(data)
    token = server.prepare()
    acknowledged: list[set[int]] = [set() for _ in range(CONNECTIONS)]
    first = [0] * CONNECTIONS
    restarts = []
    for _ in range(rounds):
        process, port, seconds = server.start()
        restarts.append(seconds)
        loads = [Load(number, port, token, first[number]) for number in range(CONNECTIONS)]
        for load in loads:
            load.start()
        time.sleep(chance.uniform(0.2, 2.5))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for load in loads:
            load.join(15)
            acknowledged[load.number].update(load.acknowledged)
            first[load.number] = load.next
    process, _port, seconds = server.start()
    restarts.append(seconds)
    process.send_signal(signal.SIGINT)
    process.wait(20)
    lost, doubled = check(data, acknowledged)
    return {
        "acknowledged": sum(map(len, acknowledged)),
        "lost": lost,
        "doubled": doubled,
        "slowest_restart_s": round(max(restarts[1:]), 2),
        "rounds": rounds,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "src"))
    with tempfile.TemporaryDirectory(prefix="jcoc-crash-") as folder:
        report = run(options.rounds, options.seed, Path(folder))
    print(report)
    result = {
        "title": "kill -9 under load",
        "rows": [
            {"what": "rounds (killed at a random moment)", "measured": report["rounds"], "to_reach": "20"},
            {"what": "readings acknowledged", "measured": report["acknowledged"]},
            {"what": "acknowledged and lost", "measured": report["lost"], "to_reach": "0"},
            {"what": "doubled", "measured": report["doubled"], "to_reach": "0"},
            {
                "what": "slowest restart until it serves",
                "measured": report["slowest_restart_s"],
                "unit": "s",
                "to_reach": "< 5 s",
            },
        ],
        "notes": [f"{CONNECTIONS} connections, {BATCH} readings a request, seed {options.seed}."],
        "report": report,
    }
    if options.json:
        options.json.write_text(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
