from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib import auth
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils import timezone

from jcoc.people import services as people
from jcoc.people.models import KioskLink, Role, User
from jcoc.telemetry import runtime as runtimes
from jcoc.telemetry.ingest.mqtt import MqttSettingsError
from jcoc.telemetry.runtime import Runtime, current, set_current
from jcoc.telemetry.services import NewDatastream, register_thing
from jcoc.telemetry.versions import RIGHTS, current_version
from jcoc.trail.datafolder import DataFolder
from telemetry.memory_store import MemoryStore
from telemetry.small_city import post

T = "2026-01-31T08:00:00+07:00"


class Settling(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.settled: list[date] = []

    def settle(self, before: date) -> int:
        self.settled.append(before)
        raise RuntimeError("not today")  # it must not end the server


async def until_true(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def test_without_a_runtime_asking_for_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="No telemetry runtime"):
        current()


@pytest.mark.django_db(transaction=True)
def test_a_runtime_reads_the_directory_settles_and_stops_with_everything_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtimes, "REFRESH_S", 0.02)
    register_thing("gauge", "Gauge", [NewDatastream("level", "Level", "Level")])
    store = Settling()

    async def act() -> None:
        runtime = await Runtime.start(DataFolder(tmp_path), store)
        set_current(runtime)
        try:
            assert current() is runtime and runtime.mqtt is None
            await until_true(lambda: store.settled)
            await asyncio.to_thread(register_thing, "more", "More", [NewDatastream("more", "More", "More")])
            await until_true(lambda: "more" in runtime.directory.snapshot.slots)
            store.held = []
            request = asyncio.create_task(
                post({"datastream": "more", "phenomenonTime": T, "result": 1}, local=True)
            )
            await until_true(lambda: store.held)
            stopping = asyncio.create_task(runtime.stop())
            await asyncio.sleep(0.05)
            assert not stopping.done() and not store.closed
            store.release()
            await stopping
            assert store.closed
            assert (await request).status == 201
        finally:
            set_current(None)

    asyncio.run(act())
    assert "Settling failed" in caplog.text


def somebody() -> User:
    User.objects.create_user("other", password="x")
    user = User.objects.create_user("siti", password="x")
    for one in User.objects.all():
        people.give(one, people.Grant(Role.ADMINISTRATOR))
    return user


def log_out(user: User) -> None:
    request = HttpRequest()
    request.session = SessionStore()
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    before = current_version(RIGHTS)
    auth.logout(request)
    assert current_version(RIGHTS) > before


@pytest.mark.parametrize(
    "lose",
    [
        people.deactivate,
        lambda user: people.take_back(user.grants.get()),
        lambda _: people.revoke_kiosk_link(KioskLink.objects.get()),
        log_out,
    ],
    ids=["account", "role", "kiosk", "log-out"],
)
@pytest.mark.django_db(transaction=True)
def test_who_loses_a_right_has_its_streams_asked_at_once(
    lose: Callable[[User], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "REFRESH_S", 0.02)
    user = somebody()
    people.make_kiosk_link("lobby")
    asked = 0

    async def act() -> None:
        runtime = await Runtime.start(DataFolder(tmp_path), MemoryStore())

        async def recheck() -> None:
            nonlocal asked
            asked += 1

        monkeypatch.setattr(runtime.hub, "recheck", recheck)
        await until_true(lambda: asked == 1)  # at the start
        await asyncio.sleep(0.2)
        assert asked == 1
        await asyncio.to_thread(lose, user)
        await until_true(lambda: asked > 1)
        await runtime.stop()

    asyncio.run(act())


@pytest.mark.django_db(transaction=True)
def test_a_role_whose_time_is_up_has_its_streams_asked_though_nobody_wrote_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "REFRESH_S", 0.02)
    end = timezone.now() + timedelta(seconds=1.5)
    people.give(somebody(), people.Grant(Role.OPERATOR, valid_until=end))
    asked: list[datetime] = []

    async def act() -> None:
        runtime = await Runtime.start(DataFolder(tmp_path), MemoryStore())

        async def recheck() -> None:
            asked.append(timezone.now())

        monkeypatch.setattr(runtime.hub, "recheck", recheck)
        await until_true(lambda: len(asked) > 1)
        await runtime.stop()

    asyncio.run(act())
    assert asked[0] < end <= asked[1] < end + timedelta(seconds=1)


@pytest.mark.django_db
def test_a_log_in_and_an_opened_screen_take_no_right_away() -> None:
    user = somebody()
    _, secret = people.make_kiosk_link("lobby")
    before = current_version(RIGHTS)
    update_last_login(User, user)  # what a log-in writes to the account
    people.open_kiosk_link(secret)
    assert current_version(RIGHTS) == before


def test_wrong_mqtt_settings_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "mqtt.toml").write_text("port = 1883\n")
    (tmp_path / "mqtt.toml").chmod(0o600)
    with pytest.raises(MqttSettingsError, match="missing required field `host`"):
        asyncio.run(Runtime.start(DataFolder(tmp_path), MemoryStore()))
