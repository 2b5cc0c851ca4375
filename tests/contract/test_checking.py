"""What is wrong with a declaration is said by field, with a mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contract.conftest import declared
from jcoc.contract.checking import faults
from jcoc.contract.programme import Programme, WhenIndicator, WhenSilent, WhenStream
from jcoc.indicators.words import Words

NOTHING = timedelta(0)
BASE = declared()
SILENT = WhenSilent(after=timedelta(hours=1))


def _first(field: str, **changes: Any) -> dict[str, Any]:
    """The first of several, changed."""
    first, *others = getattr(BASE, field)
    return {field: (replace(first, **changes), *others)}


def _twice(field: str) -> dict[str, Any]:
    return {field: getattr(BASE, field) * 2}


def test_a_whole_declaration_has_no_fault(market: Programme) -> None:
    assert faults(market) == []
    assert faults(market, [declared("fair")]) == []


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"dimension": "sport"}, "dimension", "“sport” is unknown. Use one of governance, branding"),
        ({"sub_dimension": "waste"}, "sub_dimension", "“waste” is unknown. Use one of industry, welfare"),
        ({"owner": " "}, "owner", "Nobody answers for it. Name the agency."),
        ({"name": Words("Pasar", "")}, "name", "A language is missing."),
        (_first("streams", unit="stone"), "streams[noise].unit", "“stone” is unknown. Use one of 1, "),
        (_first("streams", datastreams=("x",)), "streams[noise]", "both an observed property and datastreams"),
        (_first("streams", silent_after=NOTHING), "streams[noise].silent_after", "It is no time: 0:00:00."),
        (_first("alerts", owner=""), "alerts[loud].owner", "Nobody must answer. Name the role that must."),
        (_first("alerts", owner="mayor"), "alerts[loud].owner", "“mayor” is unknown. Use one of operator"),
        (_first("alerts", procedure=""), "alerts[loud].procedure", "“” is unknown. Use one of loud."),
        (_first("alerts", acknowledge_within=NOTHING), "alerts[loud].acknowledge_within", "It is no time"),
        (_first("alerts", act_within=NOTHING), "alerts[loud].act_within", "It is no time"),
        (_first("alerts", act_within=timedelta(seconds=1)), "alerts[loud].act_within", "shorter than the time"),
        (_first("alerts", depends_on=("loud",)), "alerts[loud].depends_on", "It depends on itself"),
        (_first("alerts", depends_on=("other",)), "alerts[loud].depends_on", "Use one of loud, silent."),
        (_first("alerts", watches=SILENT), "alerts[loud].watches", "both a stream and an indicator, or neither"),
        (
            _first("alerts", watches=replace(BASE.alerts[0].watches, stream="smell")),  # type: ignore[arg-type]
            "alerts[loud].watches.stream",
            "“smell” is unknown. Use one of noise.",
        ),
        (
            _first("alerts", watches=WhenIndicator(indicator="market-visits", value=3.0)),
            "alerts[loud].watches",
            "A comparison goes with a value.",
        ),
        (
            _first("alerts", watches=WhenIndicator(indicator="crime")),
            "alerts[loud].watches.indicator",
            "“crime” is unknown. Use one of market-visits.",
        ),
        (_first("stage_duties", owner="mayor"), "stage_duties[awas].owner", "“mayor” is unknown"),
        (_first("stage_duties", within=NOTHING), "stage_duties[awas].within", "It is no time"),
        (_first("pages", roles=()), "pages[stalls].roles", "Nobody may open it."),
        (_first("pages", roles=("mayor",)), "pages[stalls].roles", "“mayor” is unknown"),
        (_first("evidence", indicator="crime"), "evidence.indicator", "Use one of market-visits."),
        (_first("evidence", sub_dimension="waste"), "evidence.sub_dimension", "“waste” is unknown"),
        (_first("personal_data", purpose=""), "personal_data.purpose", "It has no purpose."),
        (_first("personal_data", retention=""), "personal_data.retention", "Nobody says how long it is kept."),
        (_first("bad_input", role="mayor"), "bad_input[no-name].role", "“mayor” is unknown"),
        (_first("indicators", unit="stone"), "indicators[market-visits].unit", "'stone' is no known unit."),
        ({"rows": ()}, "indicators[market-visits].source", "There is no source of rows".lower()),
        (_twice("indicators"), "indicators[market-visits].code", "it is declared twice"),
        (_twice("rows"), "rows.code", "“market-visits” is declared twice."),
        (_twice("alerts"), "alerts.code", "“loud” is declared twice."),
        (_twice("pages"), "pages.view", "“stalls” is declared twice."),
        (_first("procedures", code="../x"), "procedures.code", "“../x” cannot be a code."),
    ],
)  # fmt: skip
def test_each_fault_names_its_field_and_a_mend(changes: dict[str, Any], field: str, sentence: str) -> None:
    found = [fault for fault in faults(replace(BASE, **changes)) if fault.field == field]
    assert any(sentence.lower() in str(fault).lower() for fault in found), found
    assert all(fault.file == "programme.py" and fault.said()[1].endswith(".") for fault in found)


def test_a_column_that_the_rows_do_not_have_is_named(market: Programme) -> None:
    from jcoc.indicators.declaration import Tally

    indicator = replace(market.indicators[0], source=Tally("market-visits", "minutes"))
    [fault] = faults(replace(market, indicators=(indicator,)))
    assert str(fault).endswith("indicators[market-visits].source: “minutes” is unknown. Use one of hour.")


def test_what_another_programme_declares_is_not_declared_again(market: Programme) -> None:
    other = replace(market, code="fair")
    found = [fault.field for fault in faults(market, [other])]
    assert found == ["indicators[market-visits].code", "rows[market-visits].code", "commands[market].name"]


def test_a_command_of_the_centre_is_not_declared_again(market: Programme) -> None:
    [fault] = faults(market, reserved=("market", "serve"))
    assert str(fault) == (
        "market: programme.py, commands[market].name: jcoc market is a command of the centre. "
        "Give the command another name."
    )
    assert faults(market, reserved=("serve",)) == []


def test_a_condition_of_each_kind_is_accepted(market: Programme) -> None:
    loud = market.alerts[0]
    assert isinstance(loud.watches, WhenStream)
    silent = WhenSilent(indicator="market-visits", after=timedelta(days=40))
    behind = WhenIndicator(indicator="market-visits")
    for watches in (silent, behind, replace(loud.watches, lasting=timedelta(minutes=5))):
        assert faults(replace(market, alerts=(replace(loud, watches=watches),))) == []
