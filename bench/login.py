"""Log-ins a second of one core: Argon2id, session, throttle, audit entry; and Argon2id alone beside it.

python bench/login.py --json out.json
"""

from __future__ import annotations

import http.client
import os
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

from _server import Server, serving
from _store import arguments, report, row

PASSWORD = "kata-sandi-bangku-2026"
ACCOUNTS = 32
PREPARE = f"""
from jcoc.people.services import add_account
for number in range({ACCOUNTS}):
    add_account(f"bangku-{{number}}", {PASSWORD!r}, ["operator"])
"""


def argon2_alone(seconds: float) -> float:
    """CPU seconds of one check of a password, as the server's hasher does it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcoc.settings")
    from jcoc.people.hashers import TunedArgon2Hasher

    hasher = TunedArgon2Hasher()
    encoded = hasher.encode(PASSWORD, hasher.salt())
    times, began, stop = 0, time.process_time(), time.perf_counter() + seconds
    while time.perf_counter() < stop:
        assert hasher.verify(PASSWORD, encoded)
        times += 1
    return (time.process_time() - began) / times


def cpu_seconds(server: Server) -> float:
    """What the server's process has used of the cores, all its threads together."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def log_in(port: int, number: int, wrong: bool) -> int:
    """Send the form as a browser does that has the page open; the status."""
    token = "a" * 64
    form = {"username": f"bangku-{number % ACCOUNTS}", "password": PASSWORD, "csrfmiddlewaretoken": token}
    if wrong:
        form |= {"username": f"tak-ada-{number}", "password": "salah"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/login/", urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def measure(server: Server, clients: int, seconds: float, *, wrong: bool = False) -> dict[str, Any]:
    took: list[float] = []
    expected = 422 if wrong else 302
    stop = time.perf_counter() + seconds

    def client(place: int) -> None:
        number = place
        while time.perf_counter() < stop:
            began = time.perf_counter()
            status = log_in(server.port, number, wrong)
            assert status == expected, status
            took.append(time.perf_counter() - began)
            number += clients

    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    began, used = time.perf_counter(), cpu_seconds(server)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent, used = time.perf_counter() - began, cpu_seconds(server) - used
    took.sort()
    return {
        "a_core": len(took) / used,
        "a_second": len(took) / spent,
        "median": took[len(took) // 2] * 1000,
        "p95": took[int(len(took) * 0.95)] * 1000,
        "cpu_each": used / len(took),
    }


def main() -> None:
    given = arguments(__doc__ or "", seconds=(10.0, "how long each case runs"))
    # One address sends all of it, which the limits for one address are there to slow down.
    os.environ |= {"JCOC_RATE_LIMITS": "off", "JCOC_LOGIN_FAILURES_OF_ADDRESS": "100000"}
    alone = argon2_alone(min(given.seconds, 3.0))
    rows = [row("Argon2id alone, checks a second of one core", round(1 / alone, 1), "/s")]
    with serving(1, PREPARE) as server:
        measure(server, 4, 2.0)
        for clients in (1, 8, 32):
            found = measure(server, clients, given.seconds)
            what = f"log-ins, {clients} clients side by side"
            rows += [
                row(f"{what}: a second of one core", round(found["a_core"], 1), "/s", "≥ 25"),
                row(f"{what}: of which Argon2id", round(100 * alone / found["cpu_each"]), "%"),
                row(f"{what}: a second in all", round(found["a_second"], 1), "/s"),
                row(f"{what}: median / p95", f"{found['median']:.0f} / {found['p95']:.0f}", "ms"),
            ]
        found = measure(server, 8, given.seconds, wrong=True)
        rows.append(
            row("refused, 8 clients, unknown names: a second of one core", round(found["a_core"], 1), "/s")
        )
    report(
        "Log-in: password, session, throttle, audit entry",
        rows,
        given.json,
        "A core's second is one that the server's process spent, all threads together; the clients run beside it.",
    )


if __name__ == "__main__":
    main()
