"""What ingest and live need to know of the database, in memory: datastreams, limits, tokens, topics.

A :class:`Snapshot` is never changed; :class:`Directory` replaces it when the version row in the database
grew, which every write to these tables brings about (versions.py), also one of another process.

Datastreams have dense slots 0, 1, 2 …; a slot keeps its meaning while the server runs, also when its
datastream is deleted, so that arrays by slot stay right.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from jcoc.telemetry import models
from jcoc.telemetry.quality import Limits
from jcoc.telemetry.versions import current_version

AUDIENCES: tuple[str, ...] = tuple(models.Audience.values)
_DELETED = 255


@dataclass(frozen=True, slots=True)
class Token:
    """A device token: what it may write, how fast, until when (seconds since 1970, infinity: for ever)."""

    digest: str
    name: str
    slots: dict[int | str, int]  # ids and codes of its datastreams → slot
    readings_per_second: int
    expires: float


@dataclass(frozen=True)
class Snapshot:
    version: int
    ids: np.ndarray  # int64 by slot
    codes: tuple[str, ...]
    slots: dict[int | str, int]  # id and code → slot
    audience: np.ndarray  # uint8 by slot: index in AUDIENCES, 255 where the datastream is gone
    numeric: np.ndarray  # bool by slot: takes numbers only
    limits: Limits
    tokens: dict[str, Token]
    topics: dict[str, int]  # MQTT topic → slot
    features: frozenset[int]
    by_id: tuple[np.ndarray, np.ndarray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        order = np.argsort(self.ids)
        object.__setattr__(self, "by_id", (self.ids[order], order))

    @classmethod
    def empty(cls) -> Snapshot:
        nothing = np.zeros(0, np.int64)
        return cls(
            -1,
            nothing,
            (),
            {},
            nothing.astype(np.uint8),
            nothing.astype(bool),
            Limits.none(0),
            {},
            {},
            frozenset(),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def slots_of_ids(self, ids: np.ndarray) -> np.ndarray:
        """Slots of datastream ids (int64), −1 where there is none."""
        known, order = self.by_id
        if not len(known):
            return np.full(len(ids), -1, np.int64)
        place = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        return np.where(known[place] == ids, order[place], -1)

    def visible(self, audiences: frozenset[str]) -> np.ndarray:
        """Which slots somebody who belongs to these audiences may see (bool)."""
        return np.isin(self.audience, [AUDIENCES.index(name) for name in audiences])


def load(previous: Snapshot) -> Snapshot:
    """Read the tables; slots of `previous` keep their meaning."""
    version = current_version()
    rows = list(
        models.Datastream.objects.order_by("pk").values_list(
            "pk",
            "code",
            "audience",
            "observation_type",
            "quality_rule__lowest",
            "quality_rule__highest",
            "quality_rule__rate_per_minute",
            "quality_rule__flat_after",
            "quality_rule__gap_after",
        )
    )
    slot_of = {int(pk): slot for slot, pk in enumerate(previous.ids)}
    for row in rows:
        slot_of.setdefault(row[0], len(slot_of))
    count = len(slot_of)
    ids = np.fromiter(slot_of, np.int64, count)
    codes = [*previous.codes, *([""] * (count - len(previous)))]
    slots: dict[int | str, int] = {}
    audience = np.full(count, _DELETED, np.uint8)
    numeric = np.ones(count, bool)
    limits = Limits.none(count)
    for pk, code, heard_by, kind, lowest, highest, rate, flat_after, gap_after in rows:
        slot = slot_of[pk]
        slots[pk] = slots[code] = slot
        codes[slot] = code
        audience[slot] = AUDIENCES.index(heard_by)
        numeric[slot] = kind == models.Datastream.OBSERVATION_TYPE
        limits.lowest[slot] = -math.inf if lowest is None else lowest
        limits.highest[slot] = math.inf if highest is None else highest
        limits.rate_per_minute[slot] = math.inf if rate is None else rate
        if flat_after is not None:
            limits.flat_after[slot] = flat_after.total_seconds() * 1e6
        if gap_after is not None:
            limits.gap_after[slot] = gap_after.total_seconds() * 1e6
    return Snapshot(
        version,
        ids,
        tuple(codes),
        slots,
        audience,
        numeric,
        limits,
        _tokens(slots, codes),
        {
            topic: slots[pk]
            for topic, pk in models.MqttTopic.objects.values_list("topic", "datastream_id")
            if pk in slots
        },
        frozenset(models.FeatureOfInterest.objects.values_list("pk", flat=True)),
    )


def _tokens(slots: dict[int | str, int], codes: list[str]) -> dict[str, Token]:
    tokens: dict[str, Token] = {}
    by_pk: dict[int, Token] = {}
    for token in models.DeviceToken.objects.filter(revoked=None):
        expires = token.expires.timestamp() if token.expires else math.inf
        by_pk[token.pk] = tokens[token.digest] = Token(
            token.digest, token.name, {}, token.readings_per_second, expires
        )
    links = models.DeviceToken.datastreams.through.objects.values_list("devicetoken_id", "datastream_id")
    for token_pk, datastream_pk in links:
        if token_pk in by_pk and datastream_pk in slots:
            slot = slots[datastream_pk]
            by_pk[token_pk].slots.update({datastream_pk: slot, codes[slot]: slot})
    return tokens


class Directory:
    """The snapshot of now, and how fast each token has been sending. Read it from any thread."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self.snapshot = snapshot or Snapshot.empty()
        self._reloading = threading.Lock()
        self._before: list[Callable[[Snapshot], None]] = []
        self._after: list[Callable[[], None]] = []
        self._balances: dict[str, tuple[float, float]] = {}

    def watch(
        self, before: Callable[[Snapshot], None] | None = None, after: Callable[[], None] | None = None
    ) -> None:
        """Call `before` with each new snapshot before it is used (to make room) and `after` when it is.

        Both run in the thread that loaded it.
        """
        if before is not None:
            self._before.append(before)
            before(self.snapshot)
        if after is not None:
            self._after.append(after)

    def refresh(self) -> bool:
        """Load again where the database says that something changed. Uses the ORM: not in the event loop."""
        with self._reloading:
            if current_version() == self.snapshot.version:
                return False
            self.replace(load(self.snapshot))
            return True

    def replace(self, snapshot: Snapshot) -> None:
        for make_room in self._before:
            make_room(snapshot)
        self.snapshot = snapshot
        for changed in self._after:
            changed()

    def token(self, secret: bytes) -> Token | None:
        """The token of a secret; None where it is unknown, revoked or expired."""
        token = self.snapshot.tokens.get(hashlib.sha256(secret).hexdigest())
        return token if token is not None and time.time() < token.expires else None

    def wait_for(self, token: Token, readings: int) -> float:
        """Take `readings` from the token's budget: 0, or the seconds after which to try again.

        A token bucket that holds two seconds' worth. It may go into debt by one request, so that a batch of
        any size gets through, and the long-run rate still holds.
        """
        now = time.monotonic()
        rate = float(token.readings_per_second)
        full = 2 * rate
        balance, then = self._balances.get(token.digest, (full, now))
        balance = min(full, balance + (now - then) * rate)
        if balance <= 0:
            return (1 - balance) / rate if rate else 60.0
        self._balances[token.digest] = (balance - readings, now)
        return 0.0

    def give_back(self, token: Token, readings: int) -> None:
        """Return what wait_for() took too much; a negative number takes what it took too little."""
        balance, then = self._balances[token.digest]
        self._balances[token.digest] = (balance + readings, then)
