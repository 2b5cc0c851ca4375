"""The only code that writes telemetry's tables."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
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


@transaction.atomic
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
    """Make the thing and those of its datastreams that do not exist; what exists is left as it is.

    point: longitude and latitude (WGS 84). place: the name of the location.
    """
    thing = Thing.objects.filter(code=code).first()
    if thing is None:
        thing = Thing(code=code, name=name, description=description, properties=dict(properties or {}))
        _checked(thing)
        thing.save()
        if point is not None:
            location = Location(
                name=place or name,
                location={"type": "Point", "coordinates": [float(point[0]), float(point[1])]},
            )
            _checked(location)
            location.save()
            thing.locations.add(location)
            HistoricalLocation.objects.create(thing=thing, time=timezone.now()).locations.add(location)
    existing = dict(
        Datastream.objects.filter(code__in=[new.code for new in datastreams]).values_list(
            "code", "thing__code"
        )
    )
    for new in datastreams:
        if new.code not in existing:
            _add_datastream(thing, new)
        elif existing[new.code] != code:
            raise Refused(
                f"Datastream “{new.code}” belongs to thing “{existing[new.code]}”, not to “{code}”."
            )
    return thing


def _add_datastream(thing: Thing, new: NewDatastream) -> None:
    observed_property, _ = ObservedProperty.objects.get_or_create(
        name=new.observed_property, defaults={"definition": new.property_definition}
    )
    sensor, _ = Sensor.objects.get_or_create(name=new.sensor or f"{thing.name}: sensor")
    datastream = Datastream(
        code=new.code,
        name=new.name,
        description=new.description,
        thing=thing,
        sensor=sensor,
        observed_property=observed_property,
        observation_type=new.observation_type,
        unit_name=new.unit_name,
        unit_symbol=new.unit_symbol,
        unit_definition=new.unit_definition,
        dimension=new.dimension,
        origin=new.origin,
        origin_note=new.origin_note,
        audience=new.audience,
    )
    _checked(datastream)
    datastream.save()
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
        _checked(rule)
        rule.save()
    if new.topic:
        topic = MqttTopic(topic=new.topic, datastream=datastream)
        _checked(topic)
        topic.save()


def _checked(entity: Thing | Location | Datastream | QualityRule | MqttTopic) -> None:
    try:
        entity.full_clean()
    except ValidationError as error:
        sentences = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        named = getattr(entity, "code", "") or getattr(entity, "topic", "") or str(entity)
        raise Refused(f"{type(entity).__name__} “{named}” cannot be registered. {sentences}") from None


@transaction.atomic
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


def revoke_token(token: DeviceToken) -> None:
    """End a token. A second call changes nothing."""
    if token.revoked is None:
        token.revoked = timezone.now()
        token.save(update_fields=["revoked"])
