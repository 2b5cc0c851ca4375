"""`jcoc demo run`: from an empty folder, or from where it was, to the live wall."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from jcoc.demo import folder as folders
from jcoc.trail import cli
from jcoc.trail.datafolder import DataFolder, DataFolderBusy

if TYPE_CHECKING:
    from jcoc.demo.simulation import Simulation

HOST = "127.0.0.1"


class Serve(Protocol):
    """Serves at host and port until it is stopped; on_started gets the address."""

    def __call__(self, host: str, port: int, *, on_started: Callable[[str], None]) -> None: ...


def run_demonstration(port: int, serve: Serve, *, reset: bool) -> None:
    """Set up what is missing, serve, simulate; until Ctrl-C, which is the usual end (status 0)."""
    began = time.monotonic()
    if os.environ.get("JCOC_DATABASE_URL"):
        raise cli.stop("The demonstration keeps a database of its own: unset JCOC_DATABASE_URL.")
    port = _usable(port)
    # Before anything reads settings: reset changes the folder's secrets, and log-in needs the right address.
    os.environ["JCOC_PUBLIC_URL"] = f"http://{HOST}:{port}"
    folder = DataFolder(Path(os.environ.get("JCOC_DATA", "data")).resolve())
    try:
        folders.refuse_other_use(folder)
        if reset:
            folders.reset(folder)
        cli.with_django()
        with folder.locked():
            demonstration, simulation = _prepare(folder)
        _serve(port, serve, demonstration, simulation, began)
    except (folders.NotADemonstration, DataFolderBusy) as error:
        raise cli.stop(str(error)) from None
    except (KeyboardInterrupt, RuntimeError) as error:
        # Where Ctrl-C meets a query, DuckDB swallows the interrupt and raises this in its place.
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        Console().print("Peragaan berhenti. · The demonstration has stopped.")


def _prepare(folder: DataFolder) -> tuple[folders.Demonstration, Simulation]:
    """Bring the folder to where the server can start. Each step leaves alone what stands already."""
    from jcoc.demo import accounts, history, indicators, registration, residents
    from jcoc.demo.catalogue import city_stations
    from jcoc.demo.simulation import Simulation
    from jcoc.telemetry.directory import Snapshot, load
    from jcoc.telemetry.stores.duckdb import DuckDBStore
    from jcoc.trail.database import migrate

    demonstration = folders.read(folder)
    folders.keep(folder, demonstration)
    with cli.progress_bar("Basis data · Database"):
        migrate()
    with cli.progress_bar("Kota Jambi · The city"):
        registration.load_demonstration_city()
    stations = city_stations(date.today())  # noqa: DTZ011 (the machine's day will do)
    streams = [stream for station in stations for stream in station.streams]
    with cli.progress_bar("Sensor simulasi · Sensors") as bar:
        registration.register(stations, bar)  # type: ignore[arg-type]
    with cli.progress_bar("Akun · Accounts"):
        for account in accounts.ACCOUNTS:
            demonstration.password(account.username)
        # Kept before they are used: a run that is broken off here must not lose the passwords.
        folders.keep(folder, demonstration)
        accounts.ensure_accounts(demonstration)
        accounts.ensure_token(demonstration, streams)
        folders.keep(folder, demonstration)
    with cli.progress_bar("Warga · Residents"):
        residents.ensure_residents()
    simulation = Simulation(streams, demonstration.seed)
    with cli.progress_bar("Riwayat simulasi · History") as bar:
        store = DuckDBStore(folder.observations)
        try:
            history.fill(store, load(Snapshot.empty()), simulation, time.time(), bar)  # type: ignore[arg-type]
        finally:
            store.close()
    with cli.progress_bar("Indikator · Indicators"):
        indicators.ensure_indicators(date.today())  # noqa: DTZ011
    return demonstration, simulation


def _serve(
    port: int, serve: Serve, demonstration: folders.Demonstration, simulation: Simulation, began: float
) -> None:
    from jcoc.demo.sender import Orders
    from jcoc.demo.simulator import Simulator

    console = Console()

    def welcome() -> None:
        if not _wall_answers(port):
            console.print("Halaman masuk tidak menjawab. · The log-in page does not answer.", style="red")
        console.print(_panel(port, demonstration, simulation, time.monotonic() - began))

    def lost(status: int) -> None:
        console.print(
            f"Simulator berhenti sendiri (status {status}); dinding tidak menerima data baru. · "
            f"The simulator ended by itself (status {status}); the wall gets no new readings."
        )

    simulator = Simulator(welcome, lost)
    orders = Orders(seed=demonstration.seed, host=HOST, port=port, token=demonstration.token)
    try:
        serve(HOST, port, on_started=lambda _address: simulator.start(orders))
    finally:
        # A second Ctrl-C must not leave the simulator behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        simulator.stop()


def _wall_answers(port: int) -> bool:
    """Whether the log-in page that stands before the wall comes up."""
    from django.urls import reverse

    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request("GET", reverse("account_login"))
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _panel(port: int, demonstration: folders.Demonstration, simulation: Simulation, seconds: float) -> Panel:
    from django.conf import settings
    from django.urls import reverse

    from jcoc.demo import accounts

    address = f"http://{HOST}:{port}"
    kept = settings.DATA_FOLDER.path / folders.MARK
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("Akun · Account", "Kata sandi · Password", "Peran · Role"):
        table.add_column(heading, no_wrap=True)
    for account in accounts.SHOWN:
        holds = accounts.password_holds(demonstration, account)
        shown = demonstration.password(account.username) if holds else "(diganti · changed)"
        table.add_row(account.username, Text(shown, "bold"), account.role.value)
    count = len(simulation.streams)
    return Panel(
        Group(
            Text.assemble(
                "Dinding kota · City wall   ", (f"{address}{reverse('operations:wall')}", "bold cyan")
            ),
            Text.assemble("Beranda · Public home      ", (f"{address}/", "cyan")),
            table,
            Text(f"Akun peran lain · Accounts of the other roles: {kept}"),
            Text(f"{count} sensor simulasi, bukan hasil pengukuran. Hentikan dengan Ctrl-C."),
            Text(f"{count} simulated sensors, nothing is measured. Stop with Ctrl-C."),
            Text(f"Siap dalam · Ready in {seconds:.1f} s", "dim"),
        ),
        title="jcoc · peragaan · demonstration",
        border_style="cyan",
        expand=False,
        padding=(1, 3),
    )


def _usable(port: int) -> int:
    """The port, or a free one for 0; where it is taken, a sentence that names the next free one."""
    if port == 0:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            return int(probe.getsockname()[1])
    if _is_free(port):
        return port
    free = next((other for other in range(port + 1, min(port + 100, 65536)) if _is_free(other)), None)
    advice = (
        f" Porta {free} kosong · Port {free} is free: make demo PORT={free} (jcoc demo run --port {free})"
        if free
        else ""
    )
    raise cli.stop(f"Porta {port} sedang dipakai · Port {port} is taken.{advice}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
