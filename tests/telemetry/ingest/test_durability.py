"""Acknowledged means on disk: the server is killed under load, and its system calls are watched."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, Centre, missing_program, set_up, until

pytestmark = pytest.mark.slow

PREPARE = """
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
register_thing("probe", "Probe", [NewDatastream(code="probe-1", name="Probe", observed_property="Level")])
print("TOKEN", issue_token("probe", ["probe-1"])[1])
"""


def test_a_server_killed_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    out = tmp_path / "crash.json"
    command = [sys.executable, str(ROOT / "bench" / "crash.py"), "--rounds", "3", "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(out.read_text())["report"]
    assert report["acknowledged"] > 1000
    assert (report["lost"], report["doubled"]) == (0, 0)


def test_the_disk_is_synced_between_the_request_and_its_answer(tmp_path: Path) -> None:
    strace = shutil.which("strace") or missing_program("strace")
    trace = tmp_path / "trace"
    with Centre(set_up(tmp_path / "d")).started() as centre:
        token = centre.jcoc("manage", "shell", "-c", PREPARE).stdout.split("TOKEN ")[1].split()[0]
        assert centre.process
        calls = "trace=fsync,fdatasync,sendto,sendmsg,write,writev,recvfrom,read"
        tracer = subprocess.Popen(
            [str(strace), "-f", "-s", "64", "-e", calls, "-o", str(trace), "-p", str(centre.process.pid)],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr
        attached = tracer.stderr.readline()
        if "attached" not in attached:
            tracer.wait(10)
            if os.environ.get("CI") == "true" and "not permitted" not in attached:
                pytest.fail(attached)
            pytest.skip(f"strace may not watch a process here: {attached.strip()}")
        body = json.dumps(
            {"datastream": "probe-1", "phenomenonTime": "2026-11-24T08:00:00+07:00", "result": 148}
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        def accepted() -> bool:
            connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=20)
            try:
                connection.request("POST", "/ingest", body, headers)
                return connection.getresponse().status in (200, 201)
            finally:
                connection.close()

        until(accepted, what="the token's arrival in the running server")
        tracer.send_signal(signal.SIGINT)
        tracer.wait(20)
        tracer.stderr.close()
    lines = trace.read_text(errors="replace").splitlines()
    answered = next(n for n, line in enumerate(lines) if re.search(r'"HTTP/1\.1 20[01] ', line))
    asked = max(n for n, line in enumerate(lines[:answered]) if '"POST /ingest ' in line)
    between = lines[asked:answered]
    synced = [line for line in between if re.search(r"f(data)?sync\(|<\.\.\. f(data)?sync resumed>", line)]
    assert any(line.rstrip().endswith("= 0") for line in synced), "\n".join(between)
