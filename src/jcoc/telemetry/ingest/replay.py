"""`jcoc replay`: readings of a file through POST /ingest of the running server, over its local socket."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from jcoc.telemetry.ingest.csvmap import Fault, Reading, Superseded

BATCH = 2000
#: With a speed, what falls due within this many seconds is sent together.
TICK_S = 0.2
#: How often, and how long apart, a batch is sent again that found the server busy.
RETRIES, RETRY_S = 60, 1.0

Post = Callable[[bytes], tuple[int, bytes]]


class ReplayFailed(RuntimeError):
    """The server refused a batch as a whole; the text is a sentence."""


@dataclass
class Outcome:
    stored: int = 0
    repeated: int = 0
    corrected: int = 0
    superseded: int = 0
    faults: list[Fault] = field(default_factory=list)
    refused: int = 0  # faults, also those beyond what an answer lists

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.refused += 1


def replay(
    items: Iterable[Reading | Superseded | Fault],
    post: Post,
    *,
    speed: float | None = None,
    sent: Callable[[int], None] = lambda line: None,
    say: Callable[[str], None] = lambda sentence: None,
) -> Outcome:
    """Send readings in batches; with a speed, as many times as fast as they came.

    `sent` hears the last line, `say` what whoever waits should know.
    """
    outcome = Outcome()
    for batch in _batches(items, outcome, speed):
        _send(batch, post, outcome, say)
        sent(batch[-1].line)
    return outcome


def _batches(
    items: Iterable[Reading | Superseded | Fault], outcome: Outcome, speed: float | None
) -> Iterator[list[Reading]]:
    batch: list[Reading] = []
    clock = _Clock(speed) if speed else None
    for item in items:
        if isinstance(item, Fault):
            outcome.add(item)
            continue
        if isinstance(item, Superseded):
            outcome.superseded += 1
            continue
        if batch and (len(batch) == BATCH or (clock and clock.before(item.time))):
            yield batch
            batch = []
        if clock:
            clock.wait_for(item.time)
        batch.append(item)
    if batch:
        yield batch


class _Clock:
    """When a reading is due."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._first: datetime | None = None
        self._began = 0.0

    def _due_in(self, moment: datetime) -> float:
        if self._first is None:
            self._first, self._began = moment, time.monotonic()
        return (moment - self._first).total_seconds() / self._speed - (time.monotonic() - self._began)

    def before(self, moment: datetime) -> bool:
        return self._due_in(moment) > TICK_S

    def wait_for(self, moment: datetime) -> None:
        if (seconds := self._due_in(moment)) > TICK_S:
            time.sleep(seconds)


def _send(batch: list[Reading], post: Post, outcome: Outcome, say: Callable[[str], None]) -> None:
    body = msgspec.json.encode(
        [{"datastream": item.datastream, "phenomenonTime": item.time, "result": item.value} for item in batch]
    )
    status, answer = post(body)
    for tried in range(RETRIES):
        if status != 503:
            break
        if not tried:
            say("The server has too much to do; waiting for it.")
        time.sleep(RETRY_S)
        status, answer = post(body)
    if status == 503:
        raise ReplayFailed(
            f"The server has had too much to do for {RETRIES} tries. Run the command again to go on."
        )
    try:
        told = msgspec.json.decode(answer)
    except msgspec.DecodeError:
        raise ReplayFailed(f"The server answered {status}.") from None
    errors = told.get("errors", [])
    if status == 422:  # no reading of the batch was good
        refused = len(batch)
    elif status in (200, 201):
        refused = told["refused"]
        outcome.stored += told["stored"]
        outcome.repeated += told["repeated"]
        outcome.corrected += told["corrected"]
    else:
        raise ReplayFailed(f"{told.get('title', 'The server answered')} ({status}). {told.get('detail', '')}")
    for error in errors:
        item = batch[error["index"]]
        outcome.faults.append(Fault(item.line, item.column, error["reason"]))
    outcome.refused += refused


def local_post(connection: http.client.HTTPConnection) -> Post:
    """POST /ingest over a connection to the server's socket, keeping the good readings of a batch."""

    def post(body: bytes) -> tuple[int, bytes]:
        headers = {
            "Content-Type": "application/json",
            "Prefer": "handling=lenient",
            "Accept-Language": "en",
        }
        connection.request("POST", "/ingest", body, headers)
        response = connection.getresponse()
        return response.status, response.read()

    return post
