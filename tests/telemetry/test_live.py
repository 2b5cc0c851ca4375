from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from jcoc.telemetry import live as live_module
from jcoc.telemetry.directory import Directory
from jcoc.telemetry.live import live
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.runtime import Runtime
from jcoc.telemetry.services import NewDatastream, register_thing
from telemetry.small_city import City, post

pytestmark = pytest.mark.usefixtures("laying_out")


T = "2026-01-31T08:00:00+07:00"
OPERATOR = frozenset({"public", "operators"})


class Stream:
    """A client of /live that speaks ASGI."""

    def __init__(self, query: str = "", headers: dict[str, str] | None = None) -> None:
        self.status = 0
        self.body = b""
        self.finished = False
        self.reading = asyncio.Event()
        self.reading.set()
        self._gone = asyncio.Event()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live",
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in (headers or {"cookie": "operator"}).items()],
        }
        self.task = asyncio.create_task(live(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message["body"]
            self.finished = not message.get("more_body", False)

    def leave(self) -> None:
        self._gone.set()

    @property
    def events(self) -> list[tuple[str, str, Any]]:
        """(event, id, data) of what came so far."""
        found = []
        for block in self.body.decode().split("\n\n")[:-1]:
            lines = dict(line.split(": ", 1) for line in block.split("\n"))
            found.append((lines["event"], lines.get("id", ""), msgspec.json.decode(lines["data"])))
        return found

    def of(self, name: str) -> list[tuple[str, Any]]:
        return [(identity, data) for event, identity, data in self.events if event == name]


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(10):
        while not (value := condition()):
            await asyncio.sleep(0.005)
    return value


@pytest.fixture(autouse=True)
def principals(monkeypatch: pytest.MonkeyPatch) -> dict[str, frozenset[str]]:
    """Who a Cookie header stands for; the real look-up is tested through a real server."""
    known = {"operator": OPERATOR, "visitor": frozenset({"public"})}
    monkeypatch.setattr(live_module, "_audiences_of", known.get)
    return known


def test_a_reading_becomes_a_frame(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        answer = await post(
            {"datastream": "level", "phenomenonTime": T, "result": 9.5}, secret=city.secret
        )  # above the highest
        assert answer.status == 201, answer.body
        ((identity, data),) = await until(lambda: stream.of("frame"))
        assert data["n"] == [[city.level.pk, 1769821200000, 9.5, 1]]
        assert identity == runtime.hub.last_event_id
        stream.leave()
        await stream.task
        assert runtime.hub.clients == 0

    city.run(act)


def send(city: City, *readings: tuple[str, str, Any]) -> Any:
    return post(
        [{"datastream": code, "phenomenonTime": time, "result": result} for code, time, result in readings],
        secret=city.secret,
    )


def newest(stream: Stream) -> dict[int, Any]:
    """datastream → value after all frames so far."""
    return {row[0]: row[2] for _, data in stream.of("frame") for row in data["n"]}


def test_only_the_newest_of_a_datastream_is_in_a_frame(city: City) -> None:
    async def act(_: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        await send(
            city,
            ("level", "2026-01-31T03:00:00Z", 3),
            ("level", "2026-01-31T02:00:00Z", 2),
            ("rain", "2026-01-31T01:00:00Z", 1),
        )
        await until(lambda: stream.of("frame"))
        ((_, data),) = stream.of("frame")
        assert data["n"] == [[city.level.pk, 1769828400000, 3, 0], [city.rain.pk, 1769821200000, 1, 0]]
        # What comes late is kept, but changes nothing on the wall; a correction of the newest does.
        await send(city, ("level", "2026-01-31T01:00:00Z", 1))
        await send(city, ("level", "2026-01-31T03:00:00Z", 3.5))
        await until(lambda: newest(stream)[city.level.pk] == 3.5)
        assert len(stream.of("frame")) == 2

    city.run(act)


def test_results_of_other_types_are_sent_as_they_are(city: City) -> None:
    async def act(_: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        await send(city, ("gate", T, {"buka": True, "oleh": "Siti"}))
        ((_, data),) = await until(lambda: stream.of("frame"))
        assert data["n"] == [[city.word.pk, 1769821200000, {"buka": True, "oleh": "Siti"}, 0]]

    city.run(act)


def test_frames_come_at_most_ten_times_a_second(city: City) -> None:
    async def act(_: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        loop = asyncio.get_running_loop()
        began, second = loop.time(), 0
        while loop.time() - began < 1:
            second += 1
            await send(
                city, ("level", f"2026-01-31T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z", 1)
            )
        assert second > 20
        await until(lambda: newest_time(stream) == second)
        assert 3 <= len(stream.of("frame")) <= 12

    def newest_time(stream: Stream) -> int:
        frames = stream.of("frame")
        return (frames[-1][1]["n"][0][1] - 1769817600000) // 1000 if frames else -1

    city.run(act)


def test_each_audience_sees_what_its_role_may_see(city: City) -> None:
    city.rain.audience = "public"
    city.rain.save()
    city.level.audience = "administrators"
    city.level.save()

    async def act(runtime: Runtime) -> None:
        operator, visitor = Stream(), Stream(headers={"cookie": "visitor"})
        await until(lambda: runtime.hub.clients == 2)
        await send(city, ("level", T, 1), ("rain", T, 2), ("gate", T, "buka"))
        await until(lambda: operator.of("frame") and visitor.of("frame"))
        assert newest(operator) == {city.rain.pk: 2, city.word.pk: "buka"}
        assert newest(visitor) == {city.rain.pk: 2}

    city.run(act)


def test_a_filter_limits_the_stream(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        some = Stream(query=f"datastreams={city.rain.pk},{city.foreign.pk},9999,-1,{10**30}")
        await until(lambda: runtime.hub.clients == 1)
        await send(city, ("level", T, 1))
        await send(city, ("rain", T, 2))
        await until(lambda: newest(some))
        assert newest(some) == {city.rain.pk: 2}
        wrong = Stream(query="datastreams=1,x")
        await wrong.task
        assert wrong.status == 400
        assert msgspec.json.decode(wrong.body)["type"] == "urn:jcoc:problem:filter"

    city.run(act)


@pytest.mark.parametrize("headers", [{"accept": "*/*"}, {"cookie": "stranger"}])
def test_who_is_not_logged_in_gets_the_public_ones_of_those_asked_for(
    city: City, headers: dict[str, str]
) -> None:
    Datastream.objects.filter(code="rain").update(audience="public")

    async def act(_: Runtime) -> None:
        stream = Stream(f"datastreams={city.level.pk},{city.rain.pk}", headers=headers)
        await until(lambda: stream.of("hello"))
        await send(city, ("level", "2026-01-31T03:00:00Z", 3), ("rain", "2026-01-31T03:00:00Z", 4))
        await until(lambda: stream.of("frame"))
        assert newest(stream) == {city.rain.pk: 4}
        whole = Stream(headers=headers)
        await whole.task
        assert whole.status == 401
        assert msgspec.json.decode(whole.body)["type"] == "urn:jcoc:problem:principal"

    city.run(act)


def test_strangers_are_limited_and_those_logged_in_are_not(city: City, settings: Any) -> None:
    settings.LIVE_ANONYMOUS = 1

    def stranger() -> Stream:
        return Stream("datastreams=1", headers={"accept": "*/*"})

    async def act(runtime: Runtime) -> None:
        first = stranger()
        await until(lambda: first.of("hello"))
        second, operator = stranger(), Stream()
        await second.task
        assert second.status == 503
        assert msgspec.json.decode(second.body)["type"] == "urn:jcoc:problem:busy"
        await until(lambda: operator.of("hello"))
        await runtime.hub.recheck()
        assert runtime.hub.clients == 2
        first.leave()
        await first.task
        third = stranger()
        await until(lambda: third.of("hello"))

    city.run(act)


def test_a_stream_goes_on_from_the_last_event(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        first = Stream()
        await until(lambda: first.of("hello"))
        await send(city, ("level", T, 1))
        ((seen, _),) = await until(lambda: first.of("frame"))
        first.leave()
        await first.task
        await send(city, ("rain", T, 2))
        await send(city, ("rain", "2026-01-31T09:00:00+07:00", 3))
        await until(lambda: runtime.hub.last_event_id != seen)

        for again in (
            Stream(headers={"cookie": "operator", "last-event-id": seen}),
            Stream(query=f"last_event_id={seen}"),  # the first time an EventSource cannot send the header
        ):
            await until(lambda again=again: newest(again))
            assert newest(again) == {city.rain.pk: 3}
            assert not again.of("resync")
        current = Stream(headers={"cookie": "operator", "last-event-id": runtime.hub.last_event_id})
        await until(lambda: current.of("hello"))
        await send(city, ("level", "2026-01-31T10:00:00+07:00", 4))
        await until(lambda: newest(current))
        assert newest(current) == {city.level.pk: 4}

    city.run(act)


@pytest.mark.parametrize("last", ["another-5", "nonsense", "BOOT-999999", "BOOT-x", "BOOT-" + "9" * 5000])
def test_another_boot_s_event_asks_to_load_anew(city: City, last: str) -> None:
    async def act(runtime: Runtime) -> None:
        boot = runtime.hub.last_event_id.partition("-")[0]
        stream = Stream(headers={"cookie": "operator", "last-event-id": last.replace("BOOT", boot)})
        await until(lambda: stream.of("resync"))
        assert [name for name, _, _ in stream.events] == ["hello", "resync"]

    city.run(act)


def test_after_a_restart_late_readings_are_still_known_as_late(city: City) -> None:
    city.post({"datastream": "level", "phenomenonTime": T, "result": 1})

    async def act(_: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        await send(city, ("level", "2026-01-30T00:00:00Z", 9))
        await send(city, ("rain", "2026-01-30T00:00:00Z", 2))
        await until(lambda: newest(stream))
        assert newest(stream) == {city.rain.pk: 2}

    city.run(act)


def test_a_slow_client_is_dropped_and_the_others_go_on(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MAX_PENDING_BYTES", 2000)
    monkeypatch.setattr(live_module, "FAST_S", 0.005)
    monkeypatch.setattr(live_module, "SLOW_S", 0.005)

    async def act(runtime: Runtime) -> None:
        slow, quick = Stream(), Stream()
        await until(lambda: slow.of("hello") and quick.of("hello"))
        slow.reading.clear()
        number = 0
        while runtime.hub.dropped == 0:
            number += 1
            await send(city, ("level", f"2026-01-31T00:{number // 60:02}:{number % 60:02}Z", number))
            assert number < 3000
        assert runtime.hub.clients == 1
        await until(lambda: newest(quick) == {city.level.pk: number})
        slow.reading.set()  # it may come again; this stream ends
        await slow.task
        assert slow.finished

    city.run(act)


def test_who_comes_while_a_dropped_client_still_hangs_gets_frames(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        stuck = Stream()
        await until(lambda: stuck.of("hello"))
        stuck.reading.clear()
        await send(city, ("level", T, 1))
        await until(lambda: runtime.hub.last_event_id.endswith("-1"))
        (client,) = runtime.hub.open_clients()
        runtime.hub.leave(client)  # as when it is dropped
        again = Stream()
        await until(lambda: again.of("hello"))
        stuck.reading.set()
        await stuck.task
        await send(city, ("rain", T, 2))
        await until(lambda: newest(again))
        assert newest(again) == {city.rain.pk: 2}

    city.run(act)


def test_a_first_frame_may_be_larger_than_what_may_wait(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MAX_PENDING_BYTES", 150)

    async def act(runtime: Runtime) -> None:
        start = runtime.hub.last_event_id
        await send(city, ("gate", T, "x" * 1000))
        await until(lambda: runtime.hub.last_event_id != start)
        stream = Stream(query=f"last_event_id={start}")
        await until(lambda: newest(stream))
        await send(city, ("level", T, 1))
        await until(lambda: len(newest(stream)) == 2)
        assert runtime.hub.dropped == 0

    city.run(act)


def test_a_beat_comes_when_nothing_changes(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "BEAT_S", 0.05)

    async def act(_: Runtime) -> None:
        stream = Stream()
        await until(lambda: len(stream.of("beat")) >= 3)
        times = [data["t"] for _, data in stream.of("beat")]
        assert times == sorted(times)

    city.run(act)


def test_log_out_ends_the_stream(
    city: City, principals: dict[str, frozenset[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "RECHECK_S", 0.05)

    async def act(runtime: Runtime) -> None:
        stream, stays = Stream(), Stream(headers={"cookie": "visitor"})
        await until(lambda: runtime.hub.clients == 2)
        del principals["operator"]
        await stream.task
        assert stream.finished
        assert runtime.hub.clients == 1
        assert not stays.finished

    city.run(act)


def test_closing_ends_every_stream_also_of_who_does_not_read(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        streams = [Stream() for _ in range(20)]
        await until(lambda: all(stream.of("hello") for stream in streams))
        streams[3].reading.clear()
        await send(city, ("level", T, 1))
        await until(lambda: newest(streams[0]))
        runtime.hub.close()
        async with asyncio.timeout(2):
            await asyncio.gather(*(stream.task for stream in streams))
        assert [stream.finished for stream in streams].count(False) == 1

    city.run(act)


def test_new_datastreams_appear_in_open_streams(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        runtime.directory.replace(later.snapshot)
        answer = await post({"datastream": "new", "phenomenonTime": T, "result": 5}, local=True)
        assert answer.status == 201, answer.body
        await until(lambda: newest(stream))
        assert newest(stream) == {new.pk: 5}

    before = Directory()
    before.refresh()
    register_thing("late", "Late", [NewDatastream("new", "New", "New")])
    new = Datastream.objects.get(code="new")
    later = Directory(before.snapshot)
    later.refresh()
    Datastream.objects.filter(pk=new.pk).delete()
    city.run(act)
