"""The scripts' sentences: each that is used is there, each that is there is used, and all speak Indonesian."""

import re

import pytest
from django.utils import translation

from jcoc.operations.wall.messages import wall_messages
from jcoc.telemetry.messages import sensor_messages
from support import ROOT

SOURCE = ROOT / "src/jcoc/web/frontend/src"


def used_in(*patterns: str) -> set[str]:
    text = "\n".join(path.read_text() for pattern in patterns for path in SOURCE.glob(pattern))
    return set(re.findall(r"\bmessages\.(\w+)", text)) | set(re.findall(r'"(announce_\w+)"', text))


def test_every_sentence_a_script_says_is_handed_over() -> None:
    assert used_in("wall.ts", "wall/*.ts", "core/*.ts") <= wall_messages().keys()
    assert used_in("sensor.ts", "sensor/*.ts", "core/*.ts") <= sensor_messages().keys()


def test_no_sentence_is_handed_over_in_vain() -> None:
    #: Looked up by a state, an origin or a bucket.
    by_value = {"normal", "check", "silent", "empty", "measured", "simulated", "stand-in"}
    by_value |= {f"bucket_{bucket}" for bucket in ("raw", "minute", "hour", "day")}
    used = used_in("**/*.ts") | by_value
    assert (wall_messages().keys() | sensor_messages().keys()) - used == set()


@pytest.mark.parametrize("make", [wall_messages, sensor_messages])
def test_the_same_blanks_stand_in_both_languages(make) -> None:
    with translation.override("en"):
        english = make()
    with translation.override("id"):
        indonesian = make()
    assert english["check"] != indonesian["check"]
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", indonesian[key])), key
