"""Published values: all or none, each with its source; the ones that come with jcoc stand as the facts say."""

from __future__ import annotations

import pytest

from indicators.laid_out import TODAY
from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.models import Place
from jcoc.city.services import load_city
from jcoc.indicators import published, registration
from jcoc.indicators.commands import DATA
from jcoc.indicators.models import Cause, Flag, Indicator, Origin, Value
from jcoc.indicators.said import say, told
from jcoc.indicators.services import publishing
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import register
from jcoc.indicators.services.keeping import Conflict
from jcoc.indicators.services.publishing import Refused, publish
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from support import shared_data

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
HEAD = "indicator,place,period,value,source_name,source_url,note,reason\n"


@pytest.fixture
def declared() -> None:
    load_city(read_city(KOTA_JAMBI))
    file = DATA / "published-15.71.toml"
    found = registration.read(file.read_bytes(), file.name)
    register(found.name, found.indicators, today=TODAY)


def rows(*lines: str) -> list[published.Published]:
    return published.read((HEAD + "\n".join(lines)).encode(), "angka.csv")


def shipped() -> list[published.Published]:
    return published.read((DATA / "published-15.71.csv").read_bytes(), "published-15.71.csv")


#: As facts.md tells them: SIKESAL 2022, the evaluation of 2024, SPBE, the city, Pakar Kasih, Talang Gulo.
TOLD = {
    ("sikesal-reports", "2022"): 835, ("sikesal-reports-road", "2022"): 183,
    ("sikesal-reports-street-light", "2022"): 119, ("sikesal-reports-drainage", "2022"): 78,
    ("sikesal-reports-pipe-leak", "2022"): 53, ("sikesal-reports-turbid-water", "2022"): 36,
    ("sikesal-reports-flood", "2022"): 32, ("sikesal-reports-social-aid", "2022"): 28,
    ("sikesal-reports-environment", "2022"): 26, ("sikesal-reports-public-order", "2022"): 21,
    ("sikesal-reports-illegal-parking", "2022"): 19,
    ("smart-city-baseline", "2024"): 3.84, ("smart-city-output", "2024"): 3.18, ("smart-city-outcome", "2024"): 3.53,
    ("smart-city-impact", "2024"): 3.63, ("smart-city-quick-win", "2024"): 3.35, ("smart-city-index", "2024"): 3.48,
    ("smart-city-rank", "2024"): 13, ("spbe-index", "2024"): 4.32,
    ("population", "2025"): 649_656, ("population-men", "2025"): 326_268, ("population-women", "2025"): 323_388,
    ("pakar-kasih-workers-published", "2020"): 1120, ("pakar-kasih-workers-published", "2021"): 1300,
    ("pakar-kasih-points-published", "2020"): 23, ("pakar-kasih-points-published", "2021"): 43,
    ("pakar-kasih-wage-published", "2020"): 110_000,
    ("talang-gulo-gas-homes", "2021-09"): 144, ("talang-gulo-gas-homes", "2022-04"): 132,
    ("talang-gulo-waste", "2021-04"): 324,
}  # fmt: skip


def test_what_comes_with_jcoc_is_what_the_facts_say(declared: None) -> None:
    assert publish(shipped()) == {"kept": len(TOLD), "stood": 0, "left": []}
    kept = {
        (value.indicator.code, value.period.code): value.value
        for value in Value.objects.select_related("indicator")
    }
    assert kept == TOLD
    for value in Value.objects.all():
        assert (value.origin, value.cause, value.provisional) == (Origin.PUBLISHED, Cause.PUBLISHED, False)
        assert value.source_name and value.place.code == "15.71"
    assert kept["population-men", "2025"] + kept["population-women", "2025"] == kept["population", "2025"]
    assert not Indicator.objects.exclude(values__isnull=False).exists(), "none is declared without a figure"


def test_the_figures_of_sikesal_are_no_more_than_its_reports() -> None:
    kinds = {code: value for (code, _year), value in TOLD.items() if code.startswith("sikesal-reports-")}
    assert len(kinds) == 10 and sum(kinds.values()) <= TOLD["sikesal-reports", "2022"]


def test_publishing_the_same_again_writes_nothing(declared: None) -> None:
    publish(shipped())
    before = Entry.objects.count()
    assert publish(shipped()) == {"kept": 0, "stood": len(TOLD), "left": []}
    assert Entry.objects.count() == before


def test_another_figure_needs_a_reason_and_answers_the_flag(declared: None) -> None:
    publish(rows("population,15.71,2024,600000,Buku,,,"))
    first = Value.objects.get()
    with unguarded():
        Flag.objects.create(value=first, kept="1", recomputed="2")
    with pytest.raises(Refused) as refused:
        publish(rows("population,15.71,2024,610000,Buku,,,"))
    assert refused.value.faults == (
        "Line 2, reason: 600000.0 stands there already; say why another one is to.",
    )
    assert Flag.objects.open().exists()
    assert publish(rows("population,15.71,2024,610000,Buku,,,Salah cetak"))["kept"] == 1
    now = Value.objects.current().get()
    assert (now.revision, now.value, now.reason) == (2, 610_000, "Salah cetak")
    assert not Flag.objects.open().exists()


def test_other_words_of_the_same_value_are_a_revision_that_says_so_itself(declared: None) -> None:
    publish(rows("population,15.71,2024,600000,Buku,,,"))
    assert publish(rows("population,15.71,2024,600000,Buku 2,https://example.org/,Catatan,"))["kept"] == 1
    now = Value.objects.current().get()
    assert (now.revision, now.source_name, now.note) == (2, "Buku 2", "Catatan")
    assert now.told_reason == told(say("source-words")) != now.reason


def test_what_is_shipped_mends_its_own_words_and_never_a_figure(declared: None) -> None:
    """A newer jcoc over the values of an older one, of which one was corrected and one told otherwise by a person."""
    older = [
        "population,15.71,2024,600000,Buku,,,", "population-men,15.71,2024,300000,Buku,,,",
        "population-women,15.71,2024,300000,Buku,,,",
    ]  # fmt: skip
    newer = [line.replace("Buku", "Buku II").replace("300000", "300000.0") for line in older]
    publish(rows(*older), shipped=True)
    men = Value.objects.get(indicator__code="population-men")
    correct(men.pk, follows=1, value=310_000, reason="Dihitung ulang.")
    publish(rows("population-women,15.71,2024,300000,Sensus,,,"))
    for kept, stood in ((1, 0), (0, 1)):
        done = publish(rows(*newer), shipped=True)
        assert (done["kept"], done["stood"]) == (kept, stood)
        assert done["left"] == [
            "Line 3: population-men, 2024: 310000.0 stands and was left; the file says 300000.0. "
            "`jcoc indicators publish` replaces it, with a reason.",
            "Line 4: population-women, 2024: a person's revision stands and was left; its value is the same.",
        ]
    standing = Value.objects.current()
    sources = set(standing.values_list("indicator__code", "value", "source_name"))
    assert {("population", 600_000, "Buku II"), ("population-women", 300_000, "Sensus")} <= sources
    assert standing.get(indicator__code="population-men").value == 310_000


def test_words_that_look_like_a_sentence_of_the_machine_stay_those_of_the_file(declared: None) -> None:
    forged = '{""say"":""settled""}'
    line = f'population,15.71,2024,600000,Buku,,"{forged}",'
    assert publish(rows(line))["kept"] == 1
    assert Value.objects.get().told_note.strip() == forged.replace('""', '"')
    assert publish(rows(line)) == {"kept": 0, "stood": 1, "left": []}
    publish(rows(f'population,15.71,2024,610000,Buku,,,"{forged}"'))
    assert Value.objects.current().get().told_reason.strip() == forged.replace('""', '"')


def test_every_fault_is_told_and_nothing_is_kept(declared: None) -> None:
    with pytest.raises(Refused) as refused:
        publish(
            rows(
                "population,15.71,2023,1,Buku,,,", "nothing,15.71,2024,1,Buku,,,", "population,99,2024,1,Buku,,,",
                "population,15.71,2024-01,1,Buku,,,", "population,15.71,2023,2,Buku,,,",
            )
        )  # fmt: skip
    assert [fault.partition(":")[0] for fault in refused.value.faults] == [
        "Line 3", "Line 4", "Line 5, period", "Line 6",
    ]  # fmt: skip
    assert not Value.objects.exists()


def test_a_place_of_a_level_that_it_is_not_told_by_and_a_long_source_are_refused(declared: None) -> None:
    kelurahan = Place.objects.filter(level="kelurahan")[0].code
    for line, said in (
        (f"population,{kelurahan},2024,1,Buku,,,", "not told by kelurahan"),
        (f"population,15.71,2024,1,{'x' * 301},,,", "use 300 characters at most"),
    ):
        with pytest.raises(Refused, match=said):
            publish(rows("population,15.71,2023,1,Buku,,,", line))
    assert not Value.objects.exists()


def test_somebody_else_publishes_in_between(declared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = publishing.keep

    def overtaken(*given: object, **more: object) -> object:
        monkeypatch.setattr(publishing, "keep", keep)
        publish(rows("population,15.71,2024,1,Orang lain,,,"))
        return keep(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "keep", overtaken)
    with pytest.raises(Conflict):
        publish(rows("population,15.71,2023,5,Buku,,,", "population,15.71,2024,2,Buku,,,"))
    assert Value.objects.get().source_name == "Orang lain"


def test_the_figures_stand_in_the_facts_as_they_are_written_there() -> None:
    text = shared_data("..", "facts.md").read_text()
    other = shared_data("fakta_jambi.json").read_text()  # of the homes with gas in 2021
    for number in TOLD.values():
        written = f"{number:,}" if number >= 1000 else f"{number}"
        assert written in text or f"{number} rumah" in other, number
