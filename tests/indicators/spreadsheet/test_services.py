"""All of a file or nothing, over HTTP and on the command line's side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from indicators.spreadsheet.handing_in import client_of, draft_of, hand_in
from indicators.spreadsheet.sheets import recap, saved, workbook
from jcoc.indicators.models import Flag, Value
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.spreadsheet import previewing, services, views
from jcoc.indicators.spreadsheet.local_commands import import_file
from jcoc.indicators.spreadsheet.models import Import, State
from jcoc.people import services as people
from jcoc.people.models import RoleGrant
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.limits import Rate
from jcoc.trail.uploads.models import Upload


def test_the_whole_way_keeps_816_values_once(waste: Kept) -> None:
    client = client_of("admin-uji", "administrator")
    sent = hand_in(client, waste, saved(recap()))
    assert sent.status_code == 302
    page = client.get(sent["Location"])
    assert page.status_code == 200
    assert page.context["counts"] == {"new": 816, "unchanged": 0, "changes": 0, "settles": 0, "confirms": 0}
    kept = client.post(f"{sent['Location']}keep/", {"seal": page.context["keep_form"]["seal"].value()})
    assert kept.status_code == 302
    assert Value.objects.filter(origin="entered", cause="imported", current=True).count() == 816
    draft = Import.objects.get()
    assert (draft.state, draft.new, draft.changed) == (State.KEPT, 816, 0)
    assert "816 values were kept" in client.get(sent["Location"]).content.decode()
    again = client.get(hand_in(client, waste, saved(recap()))["Location"])
    assert again.context["counts"]["unchanged"] == 816
    assert "There is nothing to keep" in again.content.decode()


def test_a_fault_keeps_everything_back(waste: Kept) -> None:
    book = recap()
    sheet = book.active
    assert sheet is not None
    sheet["C7"] = "=1+1"
    client = client_of("admin-uji", "administrator")
    place = hand_in(client, waste, saved(book))["Location"]
    page = client.get(place)
    assert 'href="#C7"' in page.content.decode()
    answer = client.post(f"{place}keep/", {"seal": page.context["keep_form"]["seal"].value()})
    assert answer.status_code == 422
    assert not Value.objects.exists()


def test_a_changed_value_needs_a_reason_and_becomes_a_revision(waste: Kept) -> None:
    first = draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 3])))
    services.keep(first, services.look(first).seal, "")
    second = draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 4])))
    seal = services.look(second).seal
    with pytest.raises(services.Refused):
        services.keep(second, seal, " ")
    assert Value.objects.count() == 1
    with unguarded():
        Flag.objects.create(value=Value.objects.get(), kept="3.0", recomputed="4.0")
    services.keep(second, seal, "Salah timbang")
    assert not Flag.objects.open().exists()
    newest = Value.objects.get(current=True)
    assert (newest.revision, newest.value, newest.reason) == (2, 4.0, "Salah timbang")


def test_a_reason_that_is_too_long_and_one_beside_a_conflict_are_given_back(waste: Kept) -> None:
    client = client_of("admin-uji", "administrator")
    first = draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 3])))
    services.keep(first, services.look(first).seal, "")
    place = hand_in(client, waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 4])))["Location"]
    seal = client.get(place).context["keep_form"]["seal"].value()
    long = client.post(f"{place}keep/", {"seal": seal, "reason": "x" * 501})
    assert long.status_code == 422 and list(long.context["keep_form"].errors) == ["reason"]
    assert "x" * 501 in long.content.decode()
    other = draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 9])))
    services.keep(other, services.look(other).seal, "Orang lain")
    late = client.post(f"{place}keep/", {"seal": seal, "reason": "Salah timbang"})
    assert late.status_code == 422 and "Salah timbang" in late.content.decode()
    again = late.context["keep_form"]["seal"].value()
    assert client.post(f"{place}keep/", {"seal": again, "reason": "Salah timbang"}).status_code == 302
    assert Value.objects.get(current=True).reason == "Salah timbang"


def test_the_total_row_is_kept_as_the_citys_value_where_somebody_says_so(waste: Kept) -> None:
    client = client_of("admin-uji", "administrator")
    rows = [["Kelurahan", "2025-01", "2025-02"], ["Legok", 3, 1], ["Beliung", 4, 2], ["Jumlah", 7, 4]]
    place = hand_in(client, waste, saved(workbook(*rows)))["Location"]
    page = client.get(place)
    assert page.context["counts"]["new"] == 4
    form = page.context["choices_form"]
    said = {name: form[name].value() or "" for name in form.fields if name not in ("hidden", "totals")}
    assert client.post(f"{place}choose/", said | {"totals": "on"}).status_code == 302
    page = client.get(place)
    assert page.context["counts"]["new"] == 6
    assert [each["why"] for each in page.context["findings"] if each["cell"] == "C4"] == [
        "The rows that it adds up come to 3."
    ]
    client.post(f"{place}keep/", {"seal": page.context["keep_form"]["seal"].value()})
    city = Value.objects.filter(place__level="kota").order_by("start")
    assert [value.value for value in city] == [7.0, 4.0]
    fewer = hand_in(client, waste, saved(workbook(*rows[:3])))["Location"]
    assert "For February 2025 the city’s figure stands at 4; its parts come to 3." in [
        each["why"] for each in client.get(fewer).context["findings"]
    ]


def test_a_file_is_read_once_however_often_it_is_looked_at(
    waste: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    previewing.remembered.clear()
    read, within = [], previewing.compute.within

    def counted(*arguments: Any) -> Any:
        if arguments[1] is previewing.understand:
            read.append(arguments)
        return within(*arguments)

    monkeypatch.setattr(previewing.compute, "within", counted)
    client = client_of("admin-uji", "administrator")
    book = saved(workbook(["Kelurahan", "2025-01"], *([f"Entah {number}", 1] for number in range(400))))
    place = hand_in(client, waste, book)["Location"]
    for _ in range(5):
        page = client.get(place)
        assert (page.context["faults"], len(page.context["findings"]), page.context["unlisted"]) == (
            400,
            200,
            200,
        )
    assert len(read) == 1
    form = page.context["choices_form"]
    said = {name: form[name].value() or "" for name in form.fields if name not in ("hidden", "totals")}
    assert client.post(f"{place}choose/", said | {"hidden": "on"}).status_code == 302
    client.get(place)
    assert len(read) == 2, "read otherwise, it is read anew"
    client.get(hand_in(client, waste, book)["Location"])
    assert len(read) == 2, "the same file, sent again"
    services.look(draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 1]))))
    assert len(read) == 3


def test_looking_at_a_draft_has_a_limit(waste: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("admin-uji", "administrator")
    place = hand_in(client, waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 1])))["Location"]
    for view in (views.look, views.choose, views.keep):
        assert view.limit.rate.burst <= 60  # type: ignore[attr-defined]
    monkeypatch.setattr(views.look, "limit", views.look.limit._replace(rate=Rate(2, 3600)))  # type: ignore[attr-defined]
    assert [client.get(place).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Values that stand are changed: say why."), ("id", "sebutkan alasannya")],
)
def test_the_reason_is_asked_for_where_values_change(waste: Kept, language: str, sentence: str) -> None:
    client = client_of("admin-uji", "administrator", language=language)
    place = hand_in(client, waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 3])))["Location"]
    page = client.get(place)
    assert not page.context["keep_form"]["reason"].field.required
    client.post(f"{place}keep/", {"seal": page.context["keep_form"]["seal"].value()})
    place = hand_in(client, waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 4])))["Location"]
    page = client.get(place)
    assert page.context["keep_form"]["reason"].field.required
    field = page.content.decode().partition('<label for="id_reason"')[2].partition("</textarea>")[0]
    assert "required" in field and "optional" not in field.partition("</label>")[0]
    for reason in ("", "  "):
        answer = client.post(
            f"{place}keep/", {"seal": page.context["keep_form"]["seal"].value(), "reason": reason}
        )
        assert (answer.status_code, list(answer.context["keep_form"].errors)) == (422, ["reason"])
        assert sentence in answer.content.decode()
    assert Value.objects.get().value == 3.0


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["data.txt", "data.csv"])
def test_unicode_text_of_a_spreadsheet_is_read(waste: Kept, coding: str, name: str) -> None:
    client = client_of("admin-uji", "administrator")
    text = "\ufeffKelurahan\t2025-01\r\nLegok\t3\r\nBeliung\t4,5\r\n"
    page = client.get(hand_in(client, waste, text.encode(coding), name)["Location"])
    assert page.context["counts"]["new"] == 2
    assert [each.entry.value for each in page.context["found"].compared] == [3.0, 4.5]


def test_unicode_text_that_breaks_off_is_told(waste: Kept) -> None:
    client = client_of("admin-uji", "administrator")
    answer = hand_in(client, waste, b"\xff\xfe" + "Legok".encode("utf-16-le") + b"\x00", "data.txt")
    assert answer.status_code == 422
    assert "Save it as “CSV UTF-8”" in answer.content.decode()
    assert not Import.objects.exists() and not Upload.objects.exists()


def test_somebody_elses_revision_in_between_keeps_everything_back(waste: Kept) -> None:
    mine = draft_of(waste, saved(workbook(["Kelurahan", "2025-01", "2025-02"], ["Legok", 3, 5])))
    seal = services.look(mine).seal
    theirs = draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 9])))
    services.keep(theirs, services.look(theirs).seal, "")
    with pytest.raises(services.Changed):
        services.keep(mine, seal, "")
    assert [value.value for value in Value.objects.all()] == [9.0]


def test_an_officer_hands_in_for_the_own_programme_alone(waste: Kept) -> None:
    client = client_of("petugas-uji", "agency_officer")
    with unguarded():
        RoleGrant.objects.filter(user__username="petugas-uji").update(programme="lain")
    refused = hand_in(client, waste, saved(recap()))
    assert refused.status_code == 422
    theirs = draft_of(waste, saved(recap()))
    assert client.get(f"/indicators/import/{theirs.pk}/").status_code == 404
    other = Kept.objects.get(code="lain")
    assert hand_in(client, other, saved(recap())).status_code == 302


@pytest.mark.parametrize("programme", ["lain", None], ids=["moved", "lost"])
def test_the_role_is_asked_for_again_when_the_file_is_kept(waste: Kept, programme: str | None) -> None:
    client = client_of("petugas-uji", people.Grant("agency_officer", programme="pengangkutan"))
    place = hand_in(client, waste, saved(recap()))["Location"]
    seal = client.get(place).context["keep_form"]["seal"].value()
    grants = RoleGrant.objects.filter(user__username="petugas-uji")
    with unguarded():
        grants.update(programme=programme) if programme else grants.delete()
    answer = client.post(f"{place}keep/", {"seal": seal})
    assert answer.status_code == 403
    assert not Value.objects.exists()
    if programme:
        assert "Nothing was kept: it is not for you to hand in values of" in answer.content.decode()


@pytest.mark.parametrize("change", ["retired", "computed"])
def test_an_indicator_that_takes_no_values_any_more_keeps_everything_back(waste: Kept, change: str) -> None:
    draft = draft_of(waste, saved(recap()))
    seal = services.look(draft).seal
    if change == "retired":
        declare("pengangkutan", [], today=timezone.localdate())
    else:
        with unguarded():
            Kept.objects.update(source={"kind": "tally", "rows": "truk", "column": ""})
    with pytest.raises(services.Refused):
        services.keep(draft, seal, "")
    assert not Value.objects.exists()


def test_huge_numbers_are_told_in_every_field(waste: Kept) -> None:
    client = client_of("admin-uji", "administrator")
    huge = "9" * 30
    book = workbook(["Kelurahan", "2025-01", huge], ["Legok", "9" * 300, 10**30])
    page = client.get(hand_in(client, waste, saved(book))["Location"])
    assert page.status_code == 200
    assert [each["cell"] for each in page.context["findings"] if each["severity"] == "fault"] == ["B2"]
    file = ContentFile(saved(recap()), "data.xlsx")
    for chosen in (huge, str(2**63), "a\x00"):
        assert client.post("/indicators/import/", {"indicators": [chosen], "file": file}).status_code == 422
        assert client.get("/indicators/import/template.xlsx", {"indicators": chosen}).status_code == 422
    assert client.get(f"/indicators/import/?page={huge}").status_code == 200


def test_cancelled_and_forgotten_drafts_leave_no_file(waste: Kept) -> None:
    draft = draft_of(waste, saved(recap()))
    services.cancel(draft)
    assert Import.objects.get().state == State.CANCELLED
    assert not Upload.objects.filter(removed=None).exists()
    draft_of(waste, saved(recap()))
    assert services.expire(timezone.now()) == 0
    assert services.expire(timezone.now() + services.DRAFT_KEPT * 1.01) == 1
    assert not Upload.objects.filter(removed=None).exists()


def test_the_command_checks_and_keeps(waste: Kept, tmp_path: Path) -> None:
    file = tmp_path / "data.xlsx"
    file.write_bytes(saved(recap()))
    arguments = {"file": str(file), "indicators": ["sampah"], "check": True}
    assert import_file(arguments, lambda *_: None)["new"] == 816
    assert not Value.objects.exists()
    assert import_file(arguments | {"check": False}, lambda *_: None)["kept"] == 816
    assert Import.objects.filter(state=State.KEPT).count() == 1
