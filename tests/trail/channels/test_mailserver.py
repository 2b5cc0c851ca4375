from __future__ import annotations

import pytest

from jcoc.trail.channels.mailserver import BadMailServer, read

FROM = "Kota Jambi <jcoc@example.go.id>"


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.go.id", 587, "starttls"),
        ("smtps://mail.example.go.id", 465, "whole"),
        ("smtp://mail.example.go.id:25?tls=none", 25, "none"),
        ("smtp://127.0.0.1:2525", 2525, "none"),
        ("smtp://localhost?tls=starttls", 587, "starttls"),
    ],
)
def test_tls_is_the_rule(url: str, port: int, tls: str) -> None:
    server = read(url, FROM)
    assert (server.port, server.tls) == (port, tls)


def test_signs_in_a_password_are_decoded_and_it_is_never_shown() -> None:
    server = read("smtp://jcoc%40kota:s%2Fe%3Acret@mail.example.go.id", FROM, "bounces@example.go.id")
    assert (server.username, server.password) == ("jcoc@kota", "s/e:cret")
    assert "cret" not in repr(server)
    assert server.envelope_sender("5f0c-2f3e") == "bounces+5f0c2f3e@example.go.id"


def test_bounces_go_to_the_sender_where_nothing_else_is_said() -> None:
    assert read("smtp://mail.example.go.id", FROM).return_path == "jcoc@example.go.id"


@pytest.mark.parametrize(
    ("url", "sender", "bounces", "named"),
    [
        ("http://mail.example.go.id", FROM, "", "JCOC_SMTP_URL"),
        ("smtp://", FROM, "", "JCOC_SMTP_URL"),
        ("smtp://mail.example.go.id:70000", FROM, "", "JCOC_SMTP_URL"),
        ("smtp://mail.example.go.id?tls=maybe", FROM, "", "JCOC_SMTP_URL"),
        ("smtp://mail.example.go.id?verify=no", FROM, "", "JCOC_SMTP_URL"),
        ("smtp://mail.example.go.id", "", "", "JCOC_MAIL_FROM"),
        ("smtp://mail.example.go.id", "Kota Jambi", "", "JCOC_MAIL_FROM"),
        ("smtp://mail.example.go.id", "a@example.go.id\nBcc: b@example.go.id", "", "JCOC_MAIL_FROM"),
        ("smtp://mail.example.go.id", FROM, "bounces", "JCOC_MAIL_BOUNCES"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(url: str, sender: str, bounces: str, named: str) -> None:
    with pytest.raises(BadMailServer, match=named):
        read(url, sender, bounces)


def test_a_fault_does_not_tell_the_password() -> None:
    with pytest.raises(BadMailServer) as caught:
        read("smtp://name:topsecret@host:99999", FROM)
    assert "topsecret" not in str(caught.value)
