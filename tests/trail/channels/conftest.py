from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jcoc.trail.channels import kinds
from jcoc.trail.channels.kinds import MessageKind
from jcoc.trail.channels.mailserver import MailServer
from jcoc.trail.channels.mailserver import read as read_mail_server
from support import free_port

#: A kind that a reader can opt out of; its template is that of the test message.
NEWS = MessageKind(
    "uji.news",
    purpose="news",
    template="channels/messages/test",
    title="Kabar uji",
    purpose_title="Kabar sungai",
    example={"at": "-"},
    programme="flood_watch",
)


@pytest.fixture(autouse=True)
def news(monkeypatch: pytest.MonkeyPatch) -> MessageKind:
    monkeypatch.setitem(kinds._kinds, NEWS.code, NEWS)
    return NEWS


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> Path:
    settings.KEYS_FOLDER = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server is set up; nobody answers there unless a test begins one."""
    settings.MAIL_SERVER = read_mail_server(
        f"smtp://127.0.0.1:{free_port()}", "Kota Jambi <jcoc@example.go.id>", "bounces@example.go.id"
    )
    yield settings.MAIL_SERVER
