"""What a TOML file says of a city's own indicators, for `jcoc indicators register`. Pure: bytes in, declarations out.

docs/indicators-example.toml is such a file with every part explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from jcoc.indicators.declaration import Direction, Indicator, PlaceLevel, Target
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.stored import from_json
from jcoc.indicators.words import Words


class FormError(ValueError):
    """The file cannot be used; the text is a sentence."""


class IndicatorForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    code: str
    name: Words
    method: Words
    unit: str
    direction: Direction
    period: PeriodType
    dimension: str
    sub_dimension: str
    owner: str
    source: dict[str, Any]
    levels: tuple[PlaceLevel, ...] = tuple(PlaceLevel)
    target: tuple[Target, ...] = ()
    target_source: str = ""
    settles_after_days: Annotated[float, Meta(ge=0, le=3660)] = 7
    decimals: int = 1
    uri: str = ""
    public: bool = True
    licence: str = "CC-BY-4.0"


class Form(msgspec.Struct, forbid_unknown_fields=True):
    register: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    indicator: list[IndicatorForm]


@dataclass(frozen=True)
class Register:
    """The indicators that are declared under one name."""

    name: str
    indicators: tuple[Indicator, ...]


def read(content: bytes, file_name: str) -> Register:
    """:class:`FormError` names file, field and reason."""
    try:
        form = msgspec.toml.decode(content, type=Form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{file_name} cannot be used: {error}") from None
    return Register(form.register, tuple(_indicator(each, file_name) for each in form.indicator))


def _indicator(form: IndicatorForm, file_name: str) -> Indicator:
    fields = {name: getattr(form, name) for name in form.__struct_fields__}
    try:
        source = from_json(fields.pop("source"))
    except msgspec.ValidationError as error:
        raise FormError(f"{file_name}: indicator “{form.code}”, source: {error}") from None
    return Indicator(
        source=source,
        levels=fields.pop("levels"),
        targets=fields.pop("target"),
        settles_after=timedelta(days=fields.pop("settles_after_days")),
        **fields,
    )
