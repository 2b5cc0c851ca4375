"""The pages about programmes where none runs, where one has left, and where indicators were refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.utils.translation import override

from contract.conftest import declared
from contract.packages import Package
from jcoc.contract import checking, discovery, linking, registry, services, views
from jcoc.contract.discovery import Found
from jcoc.contract.models import Enrolment
from jcoc.contract.programme import Comparison, Programme, WhenIndicator, WhenStream
from jcoc.indicators import rows
from jcoc.indicators.models import Indicator
from jcoc.people.models import RoleGrant, User
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry

DAY = date(2026, 11, 28)


def _client(role: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    with unguarded():
        user = User.objects.create(username=role)
        RoleGrant.objects.create(user=user, role=role)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def leader(db: None) -> Client:
    return _client("leader")


@pytest.fixture
def administrator(db: None) -> Client:
    return _client("administrator")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Found]]:
    """Let these be the programmes that run, all of them installed. URLs are made once, of those that truly run."""
    get_resolver().url_patterns  # noqa: B018

    def these(*codes: str) -> None:
        found = {code: Found(declared(code), code, tmp_path / code, f"city-{code}", "1.2") for code in codes}
        for code in codes:
            if not (tmp_path / code).exists():
                Package(code).write(tmp_path)
        monkeypatch.setattr(registry, "_running", found)
        monkeypatch.setattr(registry, "installed_codes", lambda: set(codes))
        monkeypatch.setattr(rows, "_sources", {})
        sources = {f"{code}-visits": None for code in codes}
        monkeypatch.setattr(rows, "sources", sources)
        views._grade.cache_clear()

    yield these  # type: ignore[misc]
    views._grade.cache_clear()


def test_without_programmes_the_page_says_how_one_comes(leader: Client, run: Callable[..., None]) -> None:
    run()
    page = leader.get("/programmes/").content.decode()
    assert "No programme runs" in page
    assert "pip install" in page
    leader.cookies[settings.LANGUAGE_COOKIE_NAME] = "id"
    assert "Tidak ada program yang berjalan" in leader.get("/programmes/").content.decode()
    assert leader.get("/programmes/market/").status_code == 404


def test_indicators_come_once_and_an_unchanged_start_writes_nothing(
    db: None, run: Callable[..., None]
) -> None:
    run("market")
    services.bring_in(DAY)
    entries = Entry.objects.count()
    assert entries
    assert Enrolment.objects.get().since == DAY
    services.bring_in(DAY)
    assert Entry.objects.count() == entries


def test_one_that_left_is_retired_named_and_may_come_back(leader: Client, run: Callable[..., None]) -> None:
    run("market")
    services.bring_in(DAY)
    run()
    services.bring_in(DAY)
    assert Indicator.objects.get().retired == DAY
    page = leader.get("/programmes/").content.decode()
    assert "No longer installed" in page
    assert "People&#x27;s market" in page
    run("market")
    services.bring_in(DAY)
    assert Indicator.objects.get().retired is None
    assert "No longer installed" not in leader.get("/programmes/").content.decode()


def test_refused_indicators_stand_as_they_were_and_the_page_says_why(
    leader: Client, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from jcoc.indicators.services.declaring import declare

    run("market")
    declare("register of the city", declared().indicators, today=DAY)
    services.bring_in(DAY)
    assert Indicator.objects.get().declared_by == "register of the city"
    sentence = "market-visits, code: register of the city declares it already."
    assert sentence in leader.get("/programmes/").content.decode()
    kept = Enrolment.objects.get()
    (told,) = kept.refusals(str)
    assert told.startswith(sentence)
    services.bring_in(DAY)
    assert Enrolment.objects.get().refused == kept.refused, "the same in whatever language the server starts"
    page = leader.get("/programmes/", headers={"Accept-Language": "id"}).content.decode()
    assert "market-visits, code: register of the city sudah menyatakannya." in page


def test_two_that_start_at_once_enrol_it_once(
    db: None, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has enrolled it between the look and the write."""
    run("market")
    look = Enrolment.objects.select_for_update
    looked: list[int] = []

    def slow_look() -> object:
        found = look()
        if not looked:
            looked.append(1)
            services.bring_in(DAY)
            return Enrolment.objects.none()
        return found

    monkeypatch.setattr(Enrolment.objects, "select_for_update", slow_look)
    services.bring_in(DAY)
    assert Enrolment.objects.count() == Indicator.objects.count() == 1


def test_a_role_is_offered_the_programmes_that_run(leader: Client, run: Callable[..., None]) -> None:
    from jcoc.people.programmes import ProgrammeInput

    run()
    assert "datalist" not in ProgrammeInput().render("programme", "", {"id": "id_programme"})
    run("market")
    with override("id"):
        made = ProgrammeInput().render("programme", "fair", {"id": "id_programme"})
    assert 'value="fair"' in made
    assert 'list="id_programme_known"' in made
    assert '<datalist id="id_programme_known"><option value="market">Pasar rakyat</option></datalist>' in made


def test_what_keeps_a_programme_out_is_said_in_the_readers_language(
    administrator: Client, run: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the sentences in it: those about indicators, dotted paths and files."""
    run()
    market = declared()
    wrong = replace(market.indicators[0], unit="stone")
    (tmp_path / "market" / "procedures").mkdir(parents=True)
    lost = replace(
        market,
        indicators=(wrong,),
        rows=(replace(market.rows[0], fetch="jcoc.contract.views:visits"),),
        pages=(),
        personal_data=(),
        commands=(),
        bad_input=(),
        demonstration="nowhere",
    )
    found = Found(lost, "jcoc.contract", tmp_path / "market", "", "")
    faults = [*checking.faults(lost), *linking.faults(found)]
    monkeypatch.setattr(registry, "_faults", faults)
    page = unescape(administrator.get("/programmes/", headers={"Accept-Language": "id"}).content.decode())
    for sentence in (
        "'stone' bukan satuan yang dikenal.",
        "Tidak ada yang bisa dijalankan: jcoc.contract.views tidak punya visits.",
        "Tidak ada yang bisa dijalankan: “nowhere” tidak berbentuk paket.modul:nama.",
        "Prosedur tidak bisa dibaca: berkas itu tidak ada.",
    ):
        assert sentence in page
    for english in ("is no known unit", "has no visits", "is not of the form", "there is no such file"):
        assert english not in page


def test_what_an_error_says_is_in_the_log_alone_and_its_place_on_the_administrators_page(
    *,
    leader: Client,
    administrator: Client,
    run: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """By whatever way it comes: code that runs, a dotted path, a field of another kind, a catalogue."""
    run()
    error = RuntimeError("db password is hunter2")
    found = Found(declared(), "market", tmp_path, "", "")
    catalogue = tmp_path / "locale/id/LC_MESSAGES/django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(b"hunter2")

    def raising(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(linking.paths, "at", raising)
    monkeypatch.setattr(checking, "faults", raising)
    faults = [
        discovery.import_fault("market", "market", "apps.py", error),
        *linking._paths(found),
        *registry._in_the_declaration(found, []),
        *discovery.catalogue_faults(found),
    ]
    assert len({fault.reason for fault in faults}) == 4
    monkeypatch.setattr(registry, "_faults", faults)
    for language in ("en", "id"):
        headers = {"Accept-Language": language}
        page = administrator.get("/programmes/", headers=headers).content.decode()
        assert "RuntimeError" in page
        assert "apps.py" in page
        assert "commands[market].app" in page
        assert "hunter2" not in page
        others = leader.get("/programmes/", headers=headers).content.decode()
        assert "<li><strong>market</strong></li>" in others
        for untold in ("hunter2", "RuntimeError", "apps.py", "commands[market].app"):
            assert untold not in others
    services.bring_in(DAY)
    assert "RuntimeError: db password is hunter2." in caplog.text


def test_what_an_alert_watches_is_told_with_its_unit_and_its_whole_time(market: Programme) -> None:
    loud = market.alerts[0]
    indicator = replace(market.indicators[0], code="market-cost", unit="IDR")
    market = replace(market, indicators=(*market.indicators, indicator))
    hours = timedelta(minutes=90)
    for watches, english, indonesian in (
        (
            WhenStream(stream="noise", comparison=Comparison.ABOVE, value=85.5, lasting=hours),
            "Noise: above 85.5\xa0dB for 1 h 30 min",
            "Bising: di atas 85,5\xa0dB selama 1 jam 30 mnt",
        ),
        (
            WhenIndicator(indicator="market-visits", comparison=Comparison.BELOW, value=3),
            "Visits: below 3\xa0events",
            "Kunjungan: di bawah 3\xa0kejadian",
        ),
        (
            WhenIndicator(indicator="market-cost", comparison=Comparison.ABOVE, value=5000),
            "Visits: above Rp\xa05,000",
            "Kunjungan: di atas Rp\xa05.000",
        ),
    ):
        alert = replace(loud, watches=watches)
        with override("en"):
            assert views.watches(market, alert) == english
        with override("id"):
            assert views.watches(market, alert) == indonesian
