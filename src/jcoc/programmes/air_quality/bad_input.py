"""What the programme refuses; the declaration lists it, and tests run it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from jcoc.programmes.air_quality import table


def negative_concentration(_client: Client) -> None:
    table.read(b"time,pm25\n2026-09-30T14:00,-1\n")


def no_number(_client: Client) -> None:
    table.read(b"time,pm25\n2026-09-30T14:00,tinggi\n")


def no_time(_client: Client) -> None:
    table.read(b"time,pm25\n2026-02-30T14:00,12\n")


def time_twice(_client: Client) -> None:
    table.read(b"time,pm25\n2026-09-30T14:00,12\n2026-09-30T14:00+07:00,13\n")


def missing_column(_client: Client) -> None:
    table.read(b"time,pm10\n2026-09-30T14:00,12\n")


def bad_days(client: Client) -> Any:
    return client.get(reverse("air_quality:now"), {"days": "1e9"})
