"""Things and datastreams from a file: what is made, what is changed, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jcoc.telemetry import registration
from jcoc.telemetry.local_commands import register
from jcoc.telemetry.models import Datastream, DirectoryVersion, MqttTopic, QualityRule, Thing
from jcoc.telemetry.registration import FormError
from jcoc.telemetry.services import NewDatastream, NewThing, Refused, bring_up_to_date, register_thing
from jcoc.trail.local import CommandFailed
from support import ROOT

LEVEL = NewDatastream(
    "level",
    "Level",
    "Water level",
    unit_symbol="m",
    lowest=0,
    gap_after=timedelta(minutes=30),
    topic="a/level",
)
RAIN = NewDatastream("rain", "Rain", "Rainfall", topic="a/rain")
GAUGE = NewThing("gauge", "Gauge", [LEVEL, RAIN], point=(103.6, -1.6))


def test_the_example_of_the_documentation_registers(db: None) -> None:
    form = registration.read((ROOT / "docs" / "station.toml").read_bytes(), "station.toml")
    arguments = {"things": [registration.arguments(form.thing, form.datastream)], "update": True}
    told = register(arguments, lambda _fraction, _text: None)
    assert told == {
        "made": ["thing sluice-asam", "datastream sluice-asam-level", "datastream sluice-asam-rain"],
        "changed": [],
    }
    level = Datastream.objects.get(code="sluice-asam-level")
    assert (level.audience, level.quality_rule.highest) == ("public", 600)
    assert level.quality_rule.gap_after == timedelta(minutes=30)
    assert level.mqtt_topics.get().topic == "sungai/asam/level"
    before = DirectoryVersion.objects.get(pk=1).version
    assert register(arguments, lambda _fraction, _text: None) == {"made": [], "changed": []}
    assert DirectoryVersion.objects.get(pk=1).version == before


def test_what_exists_is_brought_up_to_date_and_told(db: None) -> None:
    bring_up_to_date([GAUGE])
    level = replace(
        LEVEL, name="Stage", audience="public", lowest=None, highest=5, topic="a/rain", sensor="Radar 2"
    )
    rain = replace(RAIN, topic="a/level", gap_after=timedelta(hours=1))
    more = NewDatastream("wind", "Wind", "Wind speed")
    told = bring_up_to_date(
        [replace(GAUGE, name="Bridge", datastreams=[level, rain, more], point=(103.7, -1.5), place="Bridge")]
    )
    assert told.made == ["datastream wind"]
    assert sorted(told.changed) == [
        "datastream level: audience operators → public",
        "datastream level: highest none → 5",
        "datastream level: lowest 0.0 → none",
        "datastream level: name Level → Stage",
        "datastream level: no longer topic a/level",
        "datastream level: sensor Gauge: sensor → Radar 2",
        "datastream level: topic a/rain",
        "datastream rain: gap_after none → 1:00:00",
        "datastream rain: no longer topic a/rain",
        "datastream rain: topic a/level",
        "thing gauge: moved to 103.7, -1.5",
        "thing gauge: name Gauge → Bridge",
    ]
    thing = Thing.objects.get()
    assert (thing.name, thing.locations.get().name) == ("Bridge", "Bridge")
    assert thing.historical_locations.count() == 2
    assert Datastream.objects.get(code="level").sensor.name == "Radar 2"
    assert QualityRule.objects.get(datastream__code="level").lowest is None
    assert dict(MqttTopic.objects.values_list("topic", "datastream__code")) == {
        "a/rain": "level",
        "a/level": "rain",
    }


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (replace(LEVEL, unit_symbol="cm"), "Datastream “level”: unit_symbol is “m” and cannot become “cm”"),
        (replace(LEVEL, observed_property="Depth"), "observed_property is “Water level” and cannot"),
        (replace(LEVEL, origin="simulated"), "origin is “measured” and cannot become “simulated”"),
        (replace(LEVEL, audience="all"), "Datastream “level” cannot be registered. audience:"),
        (replace(LEVEL, topic="taken"), "The MQTT topic “taken” is another datastream's already."),
        (replace(LEVEL, topic="a/+"), "MqttTopic “a/[+]” cannot be registered. topic:"),
        (replace(RAIN, code="other"), "thing is “elsewhere” and cannot become “gauge”"),
    ],
)
def test_what_cannot_be_is_refused_whole(db: None, new: NewDatastream, sentence: str) -> None:
    bring_up_to_date([GAUGE])
    register_thing("elsewhere", "Elsewhere", [NewDatastream("other", "Other", "Other", topic="taken")])
    with pytest.raises(Refused, match=sentence):
        bring_up_to_date([replace(GAUGE, name="Bridge", datastreams=[replace(RAIN, name="Hujan"), new])])
    assert Thing.objects.get(code="gauge").name == "Gauge"
    assert Datastream.objects.get(code="rain").name == "Rain"
    assert MqttTopic.objects.count() == 3


@pytest.mark.parametrize("things", [[GAUGE, GAUGE], [GAUGE, replace(GAUGE, datastreams=[])]])
def test_one_description_each(db: None, things: list[NewThing]) -> None:
    with pytest.raises(Refused, match="is described twice"):
        bring_up_to_date(things)
    assert not Thing.objects.exists()


def test_an_unknown_dimension_is_refused(db: None) -> None:
    form = registration.read((HEAD + STREAM + 'dimension = "enviroment"\n').encode(), "f.toml")
    things = [registration.arguments(form.thing, form.datastream)]
    with pytest.raises(
        CommandFailed, match="“s”: there is no dimension “enviroment”; there are governance, "
    ):
        register({"things": things, "update": True}, lambda _fraction, _text: None)


HEAD = '[thing]\ncode = "g"\nname = "G"\n'
STREAM = '[[datastream]]\ncode = "s"\nname = "S"\nobserved_property = "P"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[thing", "f.toml cannot be used: "),
        (HEAD + "longitude = 1\n" + STREAM, r"\[thing\] longitude and latitude go together"),
        (HEAD + "longitude = 181\nlatitude = 1\n" + STREAM, r"<= 180.0 - at `\$.thing.longitude`"),
        (HEAD, "missing required field `datastream`"),
        (HEAD + STREAM + STREAM, "each with a code of its own"),
        (HEAD + STREAM + "highest = nan\n", r"at `\$.datastream\[0\].highest`"),
        (HEAD + STREAM + "lowest = inf\n", r"at `\$.datastream\[0\].lowest`"),
        (HEAD + STREAM + "gap_after_minutes = 0\n", r"> 0.0 - at `\$.datastream\[0\].gap_after_minutes`"),
        (HEAD + STREAM + "flat_after_minutes = 1e300\n", r"at `\$.datastream\[0\].flat_after_minutes`"),
        (HEAD + STREAM + "lowest = 2\nhighest = 1\n", "datastream “s”: lowest, 2, lies above highest, 1"),
        (HEAD + STREAM + 'audiense = "public"\n', "unknown field `audiense`"),
    ],
)
def test_a_wrong_file_is_refused_by_field(text: str, sentence: str) -> None:
    with pytest.raises(FormError, match=sentence):
        registration.read(text.encode(), "f.toml")
