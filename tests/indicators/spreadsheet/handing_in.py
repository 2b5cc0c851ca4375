"""What the tests of handing in share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from indicators.laid_out import declared
from jcoc.indicators.declaration import Entered, Indicator
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.spreadsheet import services
from jcoc.indicators.spreadsheet.models import Import
from jcoc.people import services as people
from support import PASSWORD


def entered(code: str) -> Indicator:
    return declared(code, Entered(), unit="t", period=PeriodType.MONTH)


def client_of(username: str, *grants: Any, language: str = "en") -> Client:
    people.add_account(username, PASSWORD, list(grants))
    client = Client(headers={"accept-language": language})
    client.force_login(
        people.User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def hand_in(client: Client, waste: Kept, data: bytes, name: str = "data.xlsx") -> Any:
    file = ContentFile(data, name)
    return client.post("/indicators/import/", {"indicators": [waste.code], "file": file})


def draft_of(waste: Kept, data: bytes) -> Import:
    return services.draft(ContentFile(data, "data.xlsx"), [waste])


def on_day(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.fromisoformat(f"{day}T12:00:00+07:00")
    monkeypatch.setattr(timezone, "now", lambda: moment)
