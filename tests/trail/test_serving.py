"""The server process as an operator of the machine meets it: start, TLS, refusals, Ctrl-C, kill."""

from __future__ import annotations

import datetime
import select
import signal
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jcoc.trail.serving import CannotServe, bind, is_loopback
from support import PASSWORD, Centre, free_port, jcoc, log_in, set_up, until

pytestmark = pytest.mark.slow


@pytest.fixture
def own_centre(tmp_path: Path) -> Iterator[Centre]:
    with Centre(set_up(tmp_path / "d")).started() as running:
        yield running


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.1.2.3", False)],
)
def test_what_counts_as_this_machine_only(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=f"Cannot listen on 127.0.0.1:{port}"):
            bind("127.0.0.1", port)


def _open_stream(centre: Centre, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", centre.port), timeout=20)
    request = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    stream.sendall(request.encode())
    head = stream.recv(4096)
    assert b" 200 " in head.split(b"\r\n", 1)[0], head
    return stream


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_cleanly_with_a_hundred_open_live_streams(
    own_centre: Centre, how: signal.Signals
) -> None:
    own_centre.add_account("kepala", "administrator")
    cookie = log_in(own_centre.url, "kepala")
    streams = [_open_stream(own_centre, cookie) for _ in range(100)]
    assert own_centre.process
    processes = family(own_centre.process.pid)
    assert own_centre.stop(how, seconds=10) == 0
    for stream in streams:
        while stream.recv(65536):
            pass
        stream.close()
    until(lambda: not any(process.is_running() for process in processes), what="the end of the workers")
    assert not (own_centre.data / "jcoc.sock").exists()
    assert "Traceback" not in "".join(own_centre.output)


def test_a_killed_server_leaves_no_workers_and_the_next_one_starts(own_centre: Centre) -> None:
    assert own_centre.process
    processes = family(own_centre.process.pid)
    own_centre.stop(signal.SIGKILL)
    until(lambda: not any(process.is_running() for process in processes), what="the end of the workers")
    own_centre.start()
    with urllib.request.urlopen(f"{own_centre.url}/healthz", timeout=20) as answer:
        assert answer.status == 200


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, private


def test_with_a_certificate_it_speaks_https_and_the_cookies_are_secure(tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path)
    arguments = ("--tls-cert", str(cert), "--tls-key", str(key))
    secure = Centre(set_up(tmp_path / "d"), arguments, {"JCOC_PUBLIC_URL": "https://localhost"})
    with secure.started() as running:
        assert running.url.startswith("https://")
        context = ssl.create_default_context(cafile=str(cert))
        address = f"https://localhost:{running.port}/login/"
        with urllib.request.urlopen(address, context=context, timeout=20) as answer:
            assert "Secure" in answer.headers["Set-Cookie"]
            assert answer.headers["Strict-Transport-Security"]


def test_half_a_certificate_is_refused(tmp_path: Path) -> None:
    cert, _key = _certificate(tmp_path)
    done = jcoc(tmp_path / "d", "serve", "--tls-cert", str(cert))
    assert done.returncode == 2
    assert "--tls-key" in done.stderr


def test_demonstration_accounts_are_not_served_to_others(tmp_path: Path) -> None:
    set_up(tmp_path)
    make = (
        "from jcoc.people.services import add_account; "
        f"add_account('demo', {PASSWORD!r}, ['operator'], demonstration=True)"
    )
    assert jcoc(tmp_path, "manage", "shell", "-c", make).returncode == 0
    done = jcoc(tmp_path, "serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert done.returncode == 1
    assert "this machine only" in done.stderr


@pytest.mark.parametrize("public", ["", "http://jcoc.example"])
def test_others_are_served_only_under_a_name_and_with_a_certificate_only_under_https(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, public: str
) -> None:
    monkeypatch.setenv("JCOC_PUBLIC_URL", public)
    cert, key = _certificate(tmp_path)
    tls = ("--tls-cert", str(cert), "--tls-key", str(key))
    for arguments in ((), tls):
        done = jcoc(tmp_path / "d", "serve", "--host", "0.0.0.0", "--port", str(free_port()), *arguments)
        assert done.returncode == 1
        assert "Set JCOC_PUBLIC_URL to the" in done.stderr
        assert "Traceback" not in done.stderr


def test_others_are_served_without_tls_where_somebody_says_so(tmp_path: Path) -> None:
    said = {"JCOC_PUBLIC_URL": "http://jcoc.example", "JCOC_PLAIN_HTTP": "1"}
    with Centre(set_up(tmp_path / "d"), ("--host", "0.0.0.0"), said).started() as running:
        assert running.url.startswith("http://0.0.0.0:")


def test_a_command_of_django_acts_for_the_owner_of_the_folder(tmp_path: Path) -> None:
    make = (
        "from jcoc.people.services import make_kiosk_link; make_kiosk_link('lobi'); "
        "from jcoc.trail.audit.models import Entry; "
        "made = Entry.objects.filter(action='people.kiosk_link_make'); "  # setup has entries of its own
        "print('ACTORS', *set(made.values_list('actor', flat=True)))"
    )
    set_up(tmp_path)
    assert "ACTORS local\n" in jcoc(tmp_path, "manage", "shell", "-c", make).stdout


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    wrong = Centre(tmp_path, (), {"JCOC_THREADS": "many"})
    refused = pytest.raises(AssertionError, match="JCOC_THREADS must be a whole number, not 'many'")
    with refused, wrong.started():
        pass


def test_silent_connections_hold_nobody_up(own_centre: Centre) -> None:
    silent = []
    for _ in range(16):  # twice the threads
        connection = socket.create_connection(("127.0.0.1", own_centre.port), timeout=20)
        connection.sendall(b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n")
        silent.append(connection)
    with urllib.request.urlopen(f"{own_centre.url}/healthz", timeout=20) as answer:
        assert answer.status == 200
    assert not select.select(silent, [], [], 0)[0]  # none was answered or closed: it did not come after them
    for connection in silent:
        connection.close()


def test_the_server_clears_expired_sessions(tmp_path: Path) -> None:
    centre = Centre(set_up(tmp_path / "d"))

    def shell(code: str) -> str:
        done = centre.jcoc(
            "manage", "shell", "-c", f"from django.contrib.sessions.models import Session\n{code}"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    # Before the first start: a day's work is done once, also by a server that starts anew.
    shell('Session.objects.create(session_key="old", session_data="", expire_date="2020-01-01T00:00:00Z")')
    with centre.started():
        until(
            lambda: "LEFT 0" in shell('print("LEFT", Session.objects.count())'),
            what="the clearing of sessions",
        )
