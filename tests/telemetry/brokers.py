"""Real MQTT brokers for tests: Mosquitto where it is installed, and NATS from its wheel."""

from __future__ import annotations

import getpass
import ipaddress
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as paho
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from support import free_port, missing_program, until

USER, PASSWORD = "jcoc-test", "rahasia-uji"


@dataclass
class Broker:
    command: list[str]
    port: int
    ca_file: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path(self.command[-1]).parent,
        )
        until(self._answers, what="the start of the broker")

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, "the broker ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def publish(self, topic: str, *payloads: str, retain: bool = False, client_id: str = "device") -> None:
        """Send messages with QoS 1 and wait until the broker has each."""
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id)
        client.username_pw_set(USER, PASSWORD)
        if self.ca_file:
            client.tls_set(self.ca_file)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for payload in payloads:
            client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()


@contextmanager
def mosquitto(folder: Path, *, tls: bool = False) -> Iterator[Broker]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        missing_program("mosquitto")
    assert program is not None
    folder.mkdir(exist_ok=True)
    port = free_port()
    passwords = folder / "passwords"
    subprocess.run(
        ["mosquitto_passwd", "-b", "-c", str(passwords), USER, PASSWORD], check=True, capture_output=True
    )
    passwords.chmod(0o600)
    lines = [
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {passwords}",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 1",
        "autosave_on_changes true",
        f"listener {port} 127.0.0.1",
        f"user {getpass.getuser()}",
    ]
    broker = Broker([], port)
    if tls:
        broker.ca_file, certificate, key = certificates(folder)
        lines += [f"certfile {certificate}", f"keyfile {key}"]
    config = folder / "mosquitto.conf"
    config.write_text("\n".join(lines) + "\n")
    broker.command = [program, "-c", str(config)]
    with _running(broker):
        yield broker


@contextmanager
def nats(folder: Path) -> Iterator[Broker]:
    folder.mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("nats-server")
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(
        f'server_name: test\nlisten: "127.0.0.1:{free_port()}"\njetstream {{ store_dir: "{folder}/jetstream" }}\n'
        # NATS delivers again after this time, not at once on the next connection as Mosquitto does.
        f'mqtt {{ listen: "127.0.0.1:{port}", ack_wait: "2s" }}\n'
        f'authorization {{ users: [ {{ user: "{USER}", password: "{PASSWORD}" }} ] }}\n'
    )
    broker = Broker([str(program), "-c", str(config)], port)
    with _running(broker):
        yield broker


@contextmanager
def _running(broker: Broker) -> Iterator[None]:
    broker.start()
    try:
        yield
    finally:
        broker.stop()


def certificates(folder: Path) -> tuple[str, str, str]:
    """Paths of a self-signed certificate for 127.0.0.1 (as authority and as itself) and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(public), str(public), str(private)
