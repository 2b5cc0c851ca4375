"""Ingest as a device, a gateway and an operator of the machine meet it: through a running server."""

from __future__ import annotations

import http.client
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from support import ROOT, Centre, jcoc, log_in, set_up, small_disk, until

REGISTER = """
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
register_thing("{thing}", "Pintu air", [NewDatastream(code="{thing}-level", name="Tinggi", observed_property="Level")])
print("TOKEN", issue_token("{thing}", ["{thing}-level"], readings_per_second=10**6)[1])
"""
MAP = """
[time]
columns = ["Waktu"]
format = "iso8601"
zone = "Asia/Jakarta"
[thing]
code = "{thing}"
name = "Pintu air"
longitude = 103.6
latitude = -1.6
[[datastream]]
column = "Tinggi"
code = "{thing}-level"
name = "Tinggi"
observed_property = "Water level"
highest = 3.0
gap_after_minutes = 90
"""


def register(centre: Centre, thing: str) -> str:
    """Make a datastream in another process than the server's; its token."""
    done = centre.jcoc("manage", "shell", "-c", REGISTER.format(thing=thing))
    assert done.returncode == 0, done.stderr
    return done.stdout.split("TOKEN ")[1].split()[0]


def post(centre: Centre, token: str, readings: Any) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=20)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept-Language": "en",
    }
    connection.request("POST", "/ingest", json.dumps(readings), headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def reading(thing: str, minute: int, result: Any = 1.5) -> dict[str, Any]:
    return {
        "datastream": f"{thing}-level",
        "phenomenonTime": f"2026-01-31T08:{minute:02}:00+07:00",
        "result": result,
    }


def test_what_another_process_grants_and_revokes_is_known_within_seconds(centre: Centre) -> None:
    token = register(centre, "grant")
    until(lambda: post(centre, token, reading("grant", 0))[0] == 201, seconds=5, what="the new token")
    revoke = (
        "from jcoc.telemetry.models import DeviceToken\nfrom jcoc.telemetry.services import revoke_token\n"
        'revoke_token(DeviceToken.objects.get(name="grant"))'
    )
    assert centre.jcoc("manage", "shell", "-c", revoke).returncode == 0
    until(lambda: post(centre, token, reading("grant", 1))[0] == 401, seconds=5, what="the revocation")


def test_fifty_megabytes_are_refused_while_they_are_being_sent(centre: Centre) -> None:
    token = register(centre, "large")
    until(lambda: post(centre, token, reading("large", 0))[0] == 201)
    for announced in (True, False):
        with socket.create_connection(("127.0.0.1", centre.port), timeout=20) as connection:
            length = "Content-Length: 52428800" if announced else "Transfer-Encoding: chunked"
            connection.sendall(
                f"POST /ingest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\n{length}\r\n\r\n".encode()
            )
            block = bytes(65536)
            sent = 0
            try:
                for _ in range(800):
                    connection.sendall(block if announced else b"10000\r\n" + block + b"\r\n")
                    sent += len(block)
            except OSError:  # the server has closed
                pass
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
            except ConnectionResetError:
                pass
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:300]
        assert b"urn:jcoc:problem:too_large" in answer
    assert post(centre, token, reading("large", 1))[0] == 201


def test_one_connection_serves_many_requests_also_after_a_refusal(centre: Centre) -> None:
    token = register(centre, "keep")
    until(lambda: post(centre, token, reading("keep", 0))[0] == 201)
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    statuses = []
    for body in ("{", json.dumps(reading("keep", 1)), json.dumps(reading("keep", 1, "x")), json.dumps([])):
        connection.request("POST", "/ingest", body, headers)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()
    assert statuses == [400, 201, 422, 400]


def test_a_reading_reaches_the_live_stream_of_who_is_logged_in(centre: Centre) -> None:
    token = register(centre, "live")
    centre.add_account("live-operator", "operator")
    cookie = log_in(centre.url, "live-operator")
    until(lambda: post(centre, token, reading("live", 0))[0] == 201)
    with socket.create_connection(("127.0.0.1", centre.port), timeout=20) as stranger:
        stranger.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert stranger.recv(4096).startswith(b"HTTP/1.1 401 ")
    with socket.create_connection(("127.0.0.1", centre.port), timeout=20) as stream:
        stream.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        received = b""
        while b"event: hello" not in received:
            received += stream.recv(65536)
        assert post(centre, token, reading("live", 5, 2.75))[0] == 201
        while b",2.75,0]" not in received:
            received += stream.recv(65536)
        assert b"event: frame\nid: " in received


def test_a_closed_account_sees_nothing_more_within_seconds(centre: Centre) -> None:
    centre.add_account("leaves", "operator")
    cookie = log_in(centre.url, "leaves")
    with socket.create_connection(("127.0.0.1", centre.port), timeout=20) as stream:
        stream.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        received = b""
        while b"event: hello" not in received:
            received += stream.recv(65536)
        close = (
            "from jcoc.people.models import User\nfrom jcoc.people.services import deactivate\n"
            'deactivate(User.objects.get(username="leaves"))'
        )
        assert centre.jcoc("manage", "shell", "-c", close).returncode == 0
        stream.settimeout(5)
        while not received.endswith(b"0\r\n\r\n"):
            received += stream.recv(65536)


# jcoc replay


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tinggi.csv"
    path.write_text(
        "Waktu,Tinggi\n2026-01-31 08:00,1.5\n2026-01-31 09:00,3.5\n2026-01-31 10:00,tinggi\n"
        "2190-01-31 11:00,1\n2026-01-31 12:00,\n2026-01-31 13:00,2\n"
    )
    return path


def map_for(thing: str, tmp_path: Path) -> str:
    path = tmp_path / "map.toml"
    path.write_text(MAP.format(thing=thing))
    return str(path)


def test_replay_registers_sends_reports_and_repeats_nothing(
    centre: Centre, file: Path, tmp_path: Path
) -> None:
    map_file = map_for("replayed", tmp_path)
    unknown = centre.jcoc("replay", str(file), "--map", map_file)
    assert unknown.returncode == 1
    assert "There is no datastream “replayed-level”." in unknown.stderr
    assert "--register makes the datastreams" in unknown.stderr

    first = centre.jcoc("replay", str(file), "--map", map_file, "--register")
    assert first.stdout == "3 readings stored, 0 were there already, 0 corrected, 2 refused.\n"
    assert first.stderr.splitlines() == [
        "  line 4, column Tinggi: “tinggi” is not a number (decimal mark “.”).",
        "  line 5, column Tinggi: “2190-01-31T04:00:00Z” lies more than 5 minutes in the future.",
    ]
    assert first.returncode == 1

    again = centre.jcoc("replay", str(file), "--map", map_file, "--register")
    assert again.stdout == "0 readings stored, 3 were there already, 0 corrected, 2 refused.\n"

    file.write_text(file.read_text().replace("3.5", "2.5").replace("tinggi", "").replace("2190", "2025"))
    corrected = centre.jcoc("replay", str(file), "--map", map_file)
    assert corrected.stdout == "1 readings stored, 2 were there already, 1 corrected, 0 refused.\n"
    assert corrected.returncode == 0


def test_replay_says_what_is_wrong_with_file_and_map(centre: Centre, file: Path, tmp_path: Path) -> None:
    map_file = map_for("wrong", tmp_path)
    file.write_text("Waktu,Level\n")
    missing = centre.jcoc("replay", str(file), "--map", map_file)
    assert missing.returncode == 2
    assert missing.stderr.strip() == ("tinggi.csv has no column “Tinggi”. Its columns are “Waktu”, “Level”.")
    Path(map_file).write_text("[time]\n")
    broken = centre.jcoc("replay", str(file), "--map", map_file)
    assert broken.returncode == 2
    assert "is not a map" in broken.stderr


def test_replay_needs_a_server_and_says_so(file: Path, tmp_path: Path) -> None:
    done = jcoc(tmp_path / "d", "replay", str(file), "--map", map_for("none", tmp_path))
    assert done.returncode == 1
    assert "start it with jcoc serve" in done.stderr


def test_replay_with_a_speed_keeps_the_pace(centre: Centre, file: Path, tmp_path: Path) -> None:
    file.write_text(
        "Waktu,Tinggi\n" + "".join(f"2026-01-31 08:00:{second:02},{second}\n" for second in range(0, 50, 10))
    )
    map_file = map_for("paced", tmp_path)
    began = time.monotonic()
    done = centre.jcoc("replay", str(file), "--map", map_file, "--register", "--speed", "20")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began > 2 - 0.2  # 40 s at 20 times the speed


# jcoc telemetry register


def test_a_file_makes_sensors_and_changes_them_in_the_running_server(centre: Centre, tmp_path: Path) -> None:
    file = tmp_path / "pos.toml"
    text = (ROOT / "docs" / "station.toml").read_text().replace("sluice-asam", "pos")
    file.write_text(text)
    made = centre.jcoc("telemetry", "register", str(file))
    assert made.stdout.splitlines() == [
        "thing pos", "datastream pos-level", "datastream pos-rain", "3 made, 0 changes.",
    ]  # fmt: skip
    token = 'from jcoc.telemetry.services import issue_token\nprint("TOKEN", issue_token("pos", ["pos-level"])[1])'
    secret = centre.jcoc("manage", "shell", "-c", token).stdout.split("TOKEN ")[1].split()[0]
    until(lambda: post(centre, secret, reading("pos", 0))[0] == 201, seconds=5, what="the new token")

    file.write_text(text.replace('topic = "sungai/asam/level"', "").replace('"public"', '"operators"'))
    changed = centre.jcoc("telemetry", "register", str(file))
    assert changed.stdout.splitlines() == [
        "datastream pos-level: audience public → operators",
        "datastream pos-level: no longer topic sungai/asam/level",
        "0 made, 2 changes.",
    ]
    assert post(centre, secret, reading("pos", 1))[0] == 201

    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace('"pos', '"neu').replace("lowest = 0", 'lowest = "nol"'))
    refused = centre.jcoc("telemetry", "register", str(file), str(wrong))
    assert refused.returncode == 2
    assert refused.stderr.strip() == (
        "wrong.toml cannot be used: Expected `float | null`, got `str` - at `$.datastream[0].lowest`"
    )
    file.write_text(text.replace('"cm"', '"m"'))
    refused = centre.jcoc("telemetry", "register", str(file))
    assert refused.returncode == 1
    assert "unit_symbol is “cm” and cannot become “m”" in refused.stderr


# A full disk


def test_a_full_disk_is_507_nothing_is_kept_and_room_is_used_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "d", 80), Centre(set_up(tmp_path / "d")).started() as centre:
        token = register(centre, "full")
        until(lambda: post(centre, token, reading("full", 0))[0] == 201)
        ballast = tmp_path / "d" / "ballast"
        with ballast.open("wb") as file:
            try:
                while True:
                    os.write(file.fileno(), bytes(4096))
            except OSError:
                pass

        def until_full() -> bool:
            """The store may have some room left in its own file."""
            batch = [reading("full", 1) | {"phenomenonTime": f"2026-02-{day:02}T00:{m:02}:{s:02}Z"}
                     for m in range(60) for s in range(60)]  # fmt: skip
            nonlocal day
            day += 1
            status, answer = post(centre, token, batch)
            if status == 201:
                return False
            assert (status, answer["title"]) == (507, "The disk is full"), answer
            return True

        day = 1
        until(until_full, what="a full disk")
        ballast.unlink()
        again = f"2026-02-{day - 1:02}T00:00:00Z"
        status, answer = post(centre, token, reading("full", 0) | {"phenomenonTime": again})
        assert (status, answer["stored"]) == (201, 1), answer  # nothing of the refused batch was there
