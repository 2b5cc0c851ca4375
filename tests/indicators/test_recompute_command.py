"""`jcoc indicators recompute` and `verify` as somebody types them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from indicators.laid_out import TODAY, declared, gauge, places, send
from jcoc.cli import app
from jcoc.indicators.declaration import Entered, Function, OfStreams
from jcoc.indicators.models import Value
from jcoc.indicators.services.declaring import declare

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)


def jcoc(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["indicators", *arguments], env={"COLUMNS": "200", "NO_COLOR": "1"})


@pytest.fixture
def stream(runtime: Any) -> Any:
    places()
    found = gauge("a", 103.620)
    send(runtime.store, found, DAY, [1.0, 3.0])
    missing = OfStreams(function=Function.MEAN, datastreams=("not-there",))
    declare("test", [declared("broken", missing), declared()], today=TODAY)
    return found


def test_without_days_all_readings_are_computed_and_what_could_not_be_is_named(stream: Any) -> None:
    done = jcoc("recompute")
    assert done.stdout == ("3 new, 0 revised for other rows, 0 became final, 0 unchanged, 0 flags opened.\n")
    assert done.stderr == "broken: There is no datastream not-there.\n"
    assert done.exit_code == 1, "the others are computed, and whoever runs it by the clock hears of it"
    assert set(Value.objects.values_list("start", "value")) == {(DAY, 2.0)}


def test_one_indicator_alone_and_its_days(stream: Any) -> None:
    assert jcoc("recompute", "--code", "level-mean", "--to", "2024-04-30").stdout.startswith("0 new")
    done = jcoc("recompute", "--code", "level-mean", "--from", "2024-05-01", "--to", "2024-05-01")
    assert (done.exit_code, done.stdout[:5]) == (0, "3 new")
    done = jcoc("recompute", "--code", "nothing")
    assert (done.exit_code, done.stderr) == (1, "There is no indicator nothing.\n")
    assert jcoc("recompute", "--from", "yesterday").exit_code == 2


def test_what_cannot_do_anything_is_refused_with_2(stream: Any) -> None:
    for command in ("recompute", "verify"):
        done = jcoc(command, "--from", "2024-05-02", "--to", "2024-05-01")
        assert (done.exit_code, done.stderr) == (2, "--from 2024-05-02 is after --to 2024-05-01.\n")
    declare("entered", [declared("handed-in", Entered())], today=TODAY)
    done = jcoc("recompute", "--code", "handed-in", "--code", "level-mean")
    assert done.exit_code == 2 and not Value.objects.exists()
    assert done.stderr == "Nothing is computed for handed-in: its values are handed in or published.\n"


def test_verify_ends_with_1_where_a_flag_is_opened_and_changes_no_value(runtime: Any, stream: Any) -> None:
    assert jcoc("recompute", "--code", "level-mean").exit_code == 0
    assert jcoc("verify", "--code", "level-mean").exit_code == 0
    send(runtime.store, stream, DAY, [9.0])
    done = jcoc("verify", "--code", "level-mean")
    assert (done.exit_code, done.stdout.split(", ")[-1]) == (1, "3 flags opened.\n")
    assert set(Value.objects.values_list("value", "revision")) == {(2.0, 1)}
    assert jcoc("verify", "--code", "broken").exit_code == 1
