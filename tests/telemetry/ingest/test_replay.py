"""What replay does when the server has too much to do; its readings through a server are in test_server.py."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from jcoc.telemetry.ingest import replay as replaying
from jcoc.telemetry.ingest.csvmap import Reading
from jcoc.telemetry.ingest.replay import ReplayFailed, replay

READING = Reading(2, "Tinggi", "level", datetime(2026, 1, 31, 1, tzinfo=UTC), 1.5)
KEPT = msgspec.json.encode({"stored": 1, "repeated": 0, "corrected": 0, "refused": 0})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "RETRY_S", 0.001)


def test_a_busy_server_is_asked_again_and_that_is_said() -> None:
    answers = [(503, b"{}"), (503, b"{}"), (201, KEPT)]
    said: list[str] = []
    outcome = replay([READING], lambda _body: answers.pop(0), say=said.append)
    assert outcome.stored == 1
    assert said == ["The server has too much to do; waiting for it."]


def test_a_server_that_stays_busy_ends_the_replay_with_a_sentence() -> None:
    asked: list[bytes] = []

    def busy(body: bytes) -> tuple[int, bytes]:
        asked.append(body)
        return 503, b"{}"

    with pytest.raises(ReplayFailed, match="has had too much to do for 60 tries"):
        replay([READING], busy)
    assert len(asked) == 61
