"""The only code that writes telemetry's tables."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone

from jcoc.telemetry.models import (
    Audience,
    Datastream,
    DeviceToken,
    HistoricalLocation,
    Location,
    MqttTopic,
    ObservedProperty,
    Origin,
    QualityRule,
    Sensor,
    Thing,
)
from jcoc.telemetry.versions import touch
from jcoc.trail.audit.recording import create_many, writing

if TYPE_CHECKING:
    from jcoc.people.models import User


class Refused(ValueError):
    """What was asked cannot be; the text is a sentence."""


@dataclass(frozen=True)
class NewDatastream:
    """What a datastream to be registered is; empty limits do not apply."""

    code: str
    name: str
    observed_property: str
    unit_name: str = ""
    unit_symbol: str = ""
    unit_definition: str = ""
    description: str = ""
    sensor: str = ""  # its name; empty: one named after the thing
    property_definition: str = ""
    observation_type: str = Datastream.OBSERVATION_TYPE
    dimension: str = ""
    origin: str = Origin.MEASURED
    origin_note: str = ""
    audience: str = Audience.OPERATORS
    lowest: float | None = None
    highest: float | None = None
    rate_per_minute: float | None = None
    flat_after: timedelta | None = None
    gap_after: timedelta | None = None
    topic: str = ""  # the MQTT topic its readings come on


@dataclass(frozen=True)
class NewThing:
    """What a thing to be registered is, with its datastreams."""

    code: str
    name: str
    datastreams: Sequence[NewDatastream] = ()
    description: str = ""
    point: tuple[float, float] | None = None  # longitude and latitude (WGS 84)
    place: str = ""  # the name of the location
    properties: Mapping[str, Any] = field(default_factory=dict)


def register_thing(
    code: str,
    name: str,
    datastreams: Sequence[NewDatastream] = (),
    *,
    description: str = "",
    point: tuple[float, float] | None = None,
    place: str = "",
    properties: Mapping[str, Any] | None = None,
) -> Thing:
    """One thing; see register_things()."""
    register_things([NewThing(code, name, datastreams, description, point, place, properties or {})])
    return Thing.objects.get(code=code)


@writing("telemetry.things_register")
def register_things(things: Sequence[NewThing]) -> int:
    """Make the things and those of their datastreams that do not exist; what exists is left as it is.

    All or none; :class:`Refused` names what cannot be. A few statements, however many things. Returns how many
    datastreams were made.
    """
    _add_things(things)
    owners = Thing.objects.in_bulk([thing.code for thing in things], field_name="code")
    wanted = [(owners[thing.code], new) for thing in things for new in thing.datastreams]
    belongs = dict(
        Datastream.objects.filter(code__in=[new.code for _, new in wanted]).values_list("code", "thing__code")
    )
    missing = []
    for owner, new in wanted:
        if (other := belongs.get(new.code)) is None:
            belongs[new.code] = owner.code
            missing.append((owner, new))
        elif other != owner.code:
            raise Refused(f"Datastream “{new.code}” belongs to thing “{other}”, not to “{owner.code}”.")
    _add_datastreams(missing)
    if missing:
        touch()  # bulk_create sends no signals
    return len(missing)


@dataclass(frozen=True)
class Told:
    """What was done, in sentences."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


#: What readings that are kept were taken as; and what only describes.
_STAYS = ("thing", "observed_property", "unit_symbol", "observation_type", "origin")
_MAY_CHANGE = ("name", "description", "unit_name", "unit_definition", "dimension", "origin_note", "audience")
Changing = TypeVar("Changing", Thing, Datastream, QualityRule)
_LIMITS = ("lowest", "highest", "rate_per_minute", "flat_after", "gap_after")


@writing("telemetry.things_change")
def bring_up_to_date(things: Sequence[NewThing]) -> Told:
    """Make what is missing and change what exists to what is described; all or none, :class:`Refused`.

    A thing without a point, and a datastream without a sensor, keep those they have.
    """
    told = Told()
    streams = {new.code: (thing, new) for thing in things for new in thing.datastreams}
    if len(streams) < sum(len(thing.datastreams) for thing in things):
        raise Refused("A datastream is described twice.")
    if len({thing.code for thing in things}) < len(things):
        raise Refused("A thing is described twice.")
    old_things = Thing.objects.in_bulk([thing.code for thing in things], field_name="code")
    old_streams = Datastream.objects.select_related("thing", "observed_property", "sensor").in_bulk(
        list(streams), field_name="code"
    )
    for new_thing in things:
        if new_thing.code in old_things:
            told.changed.extend(_change_thing(old_things[new_thing.code], new_thing))
    for code, datastream in old_streams.items():
        told.changed.extend(_change_datastream(datastream, *streams[code]))
    register_things(things)
    # Last, so that a topic can go from one datastream to another.
    for code, datastream in old_streams.items():
        topic = streams[code][1].topic
        if topic and not datastream.mqtt_topics.filter(topic=topic).exists():
            _free_topics([topic])
            _checked(MqttTopic(topic=topic, datastream=datastream)).save()
            told.changed.append(f"datastream {code}: topic {topic}")
    told.made.extend(f"thing {thing.code}" for thing in things if thing.code not in old_things)
    told.made.extend(f"datastream {code}" for code in streams if code not in old_streams)
    return told


def _change_thing(thing: Thing, new: NewThing) -> list[str]:
    changed = _set(thing, f"thing {thing.code}", {"name": new.name, "description": new.description})
    here = thing.locations.first()
    if new.point is None or (here and here.location.get("coordinates") == list(new.point)):
        return changed
    location = _location(new, new.point)
    location.save()
    thing.locations.set([location])
    HistoricalLocation.objects.create(time=timezone.now(), thing=thing).locations.set([location])
    return [*changed, f"thing {thing.code}: moved to {new.point[0]:g}, {new.point[1]:g}"]


def _change_datastream(datastream: Datastream, thing: NewThing, new: NewDatastream) -> list[str]:
    wanted = {"thing": thing.code} | {name: getattr(new, name) for name in _STAYS[1:]}
    kept = {name: getattr(datastream, name) for name in _STAYS}
    kept |= {"thing": datastream.thing.code, "observed_property": datastream.observed_property.name}
    for name in _STAYS:
        if kept[name] != wanted[name]:
            raise Refused(
                f"Datastream “{datastream.code}”: {name} is “{kept[name]}” and cannot become “{wanted[name]}”, "
                "for its readings were taken so. Register a datastream with another code."
            )
    what = f"datastream {datastream.code}"
    fields = {name: getattr(new, name) for name in _MAY_CHANGE}
    if new.sensor and new.sensor != datastream.sensor.name:
        fields["sensor"] = _sensors([new.sensor])[new.sensor]
    changed = _set(datastream, what, fields)
    rule = QualityRule.objects.filter(datastream=datastream).first() or QualityRule(datastream=datastream)
    changed += _set(rule, what, {name: getattr(new, name) for name in _LIMITS})
    for gone in datastream.mqtt_topics.exclude(topic=new.topic):
        gone.delete()
        changed.append(f"{what}: no longer topic {gone.topic}")
    return changed


def _set(entity: Changing, what: str, fields: Mapping[str, Any]) -> list[str]:
    """Give an entity these fields; what changed."""
    changed = []
    for name, value in fields.items():
        if (old := getattr(entity, name)) != value:
            setattr(entity, name, value)
            changed.append(f"{what}: {name} {_shown(old)} → {_shown(value)}")
    if changed:
        _checked(entity).save()
    return changed


def _shown(value: Any) -> str:
    return "none" if value in (None, "") else str(value)


def _add_things(things: Sequence[NewThing]) -> None:
    known = set(
        Thing.objects.filter(code__in=[thing.code for thing in things]).values_list("code", flat=True)
    )
    new = list({thing.code: thing for thing in things if thing.code not in known}.values())
    create_many(
        Thing,
        (
            _checked(
                Thing(
                    code=thing.code,
                    name=thing.name,
                    description=thing.description,
                    properties=dict(thing.properties),
                )
            )
            for thing in new
        ),
    )
    placed = [(thing, thing.point) for thing in new if thing.point is not None]
    made = Thing.objects.in_bulk([thing.code for thing, _ in placed], field_name="code")
    now = timezone.now()
    locations = create_many(Location, (_checked(_location(thing, point)) for thing, point in placed))
    histories = create_many(
        HistoricalLocation, (HistoricalLocation(time=now, thing=made[thing.code]) for thing, _ in placed)
    )
    create_many(
        Thing.locations.through,
        (
            Thing.locations.through(thing=made[thing.code], location=location)
            for (thing, _), location in zip(placed, locations, strict=True)
        ),
    )
    create_many(
        HistoricalLocation.locations.through,
        (
            HistoricalLocation.locations.through(historicallocation=history, location=location)
            for history, location in zip(histories, locations, strict=True)
        ),
    )


def _location(thing: NewThing, point: tuple[float, float]) -> Location:
    return Location(
        name=thing.place or thing.name,
        location={"type": "Point", "coordinates": [float(point[0]), float(point[1])]},
    )


def _add_datastreams(missing: Sequence[tuple[Thing, NewDatastream]]) -> None:
    properties = _observed_properties(new for _, new in missing)
    sensors = _sensors(_sensor_name(thing, new) for thing, new in missing)
    datastreams = create_many(
        Datastream,
        (
            _checked(
                Datastream(
                    code=new.code,
                    name=new.name,
                    description=new.description,
                    thing=thing,
                    sensor=sensors[_sensor_name(thing, new)],
                    observed_property=properties[new.observed_property],
                    observation_type=new.observation_type,
                    unit_name=new.unit_name,
                    unit_symbol=new.unit_symbol,
                    unit_definition=new.unit_definition,
                    dimension=new.dimension,
                    origin=new.origin,
                    origin_note=new.origin_note,
                    audience=new.audience,
                )
            )
            for thing, new in missing
        ),
    )
    rules, topics = [], []
    for (_, new), datastream in zip(missing, datastreams, strict=True):
        limits = (new.lowest, new.highest, new.rate_per_minute, new.flat_after, new.gap_after)
        if any(limit is not None for limit in limits):
            rule = QualityRule(
                datastream=datastream,
                lowest=new.lowest,
                highest=new.highest,
                rate_per_minute=new.rate_per_minute,
                flat_after=new.flat_after,
                gap_after=new.gap_after,
            )
            rules.append(_checked(rule))
        if new.topic:
            topics.append(_checked(MqttTopic(topic=new.topic, datastream=datastream)))
    create_many(QualityRule, rules)
    _free_topics([topic.topic for topic in topics])
    create_many(MqttTopic, topics)


def _free_topics(wanted: Sequence[str]) -> None:
    taken = set(MqttTopic.objects.filter(topic__in=wanted).values_list("topic", flat=True))
    for topic in wanted:
        if topic in taken:
            raise Refused(f"The MQTT topic “{topic}” is another datastream's already.")
        taken.add(topic)


def _sensor_name(thing: Thing, new: NewDatastream) -> str:
    return new.sensor or f"{thing.name}: sensor"


def _observed_properties(streams: Iterable[NewDatastream]) -> dict[str, ObservedProperty]:
    definitions: dict[str, str] = {}
    for new in streams:
        definitions.setdefault(new.observed_property, new.property_definition)
    return {
        name: ObservedProperty.objects.get_or_create(name=name, defaults={"definition": definition})[0]
        for name, definition in definitions.items()
    }


def _sensors(names: Iterable[str]) -> dict[str, Sensor]:
    wanted = list(dict.fromkeys(names))
    known = {sensor.name: sensor for sensor in Sensor.objects.filter(name__in=wanted)}
    create_many(Sensor, (_checked(Sensor(name=name)) for name in wanted if name not in known))
    return {sensor.name: sensor for sensor in Sensor.objects.filter(name__in=wanted)}


Checked = TypeVar("Checked", Thing, Location, Sensor, Datastream, QualityRule, MqttTopic)


def _checked(entity: Checked) -> Checked:
    """Every field as its model wants it. That what must be unique is so, the callers see to."""
    try:
        entity.clean_fields(
            exclude=[f.name for f in entity._meta.fields if f.is_relation]  # their rows were just read
        )
    except ValidationError as error:
        sentences = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        named = getattr(entity, "code", "") or getattr(entity, "topic", "") or str(entity)
        raise Refused(f"{type(entity).__name__} “{named}” cannot be registered. {sentences}") from None
    return entity


@writing("telemetry.token_issue")
def issue_token(
    name: str,
    datastreams: Iterable[str],
    *,
    readings_per_second: int = 1000,
    expires: datetime | None = None,
    created_by: User | None = None,
) -> tuple[DeviceToken, str]:
    """A token for the datastreams of these codes, and its secret, which is shown this once and not kept."""
    codes = set(datastreams)
    found = list(Datastream.objects.filter(code__in=codes))
    missing = sorted(codes - {datastream.code for datastream in found})
    if missing:
        raise Refused(f"There is no datastream “{'”, “'.join(missing)}”.")
    secret = f"jcoc_{secrets.token_urlsafe(32)}"
    token = DeviceToken.objects.create(
        name=name,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        readings_per_second=readings_per_second,
        expires=expires,
        created_by=created_by,
    )
    token.datastreams.set(found)
    return token, secret


@writing("telemetry.token_revoke")
def revoke_token(token: DeviceToken) -> None:
    """End a token. A second call changes nothing."""
    if token.revoked is None:
        token.revoked = timezone.now()
        token.save(update_fields=["revoked"])
