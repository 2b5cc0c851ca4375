"""Every kind there is, in both languages and by every channel."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist

from jcoc.trail.channels import kinds
from jcoc.trail.channels.kinds import MessageKind
from jcoc.trail.channels.models import Channel
from jcoc.trail.channels.rendering import render

STOP = "https://jcoc.example.go.id/channels/stop/x/"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
EVERY = [kind.code for kind in kinds.every()]


@pytest.mark.parametrize("code", EVERY)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", Channel.values)
def test_every_kind_says_something_with_all_its_values(code: str, language: str, channel: str) -> None:
    kind = kinds.named(code)
    texts = render(kind, channel, language, kind.example, "" if kind.service else STOP)
    assert 3 < len(texts.heading) < 100
    assert len(texts.text) > 10
    whole = " ".join([texts.heading, texts.text])
    assert "{{" not in whole
    assert "{%" not in whole
    if channel == Channel.GATEWAY:
        assert len(texts.text) <= 459  # three parts of a long SMS in GSM 7 bit (3GPP TS 23.038/23.040)


@pytest.mark.parametrize("code", EVERY)
def test_every_kind_says_what_it_is_for(code: str) -> None:
    kind = kinds.named(code)
    assert str(kind.title)
    assert str(kind.purpose_title or kind.title)


def test_a_missing_and_an_unknown_value_are_named(news: MessageKind) -> None:
    with pytest.raises(ValueError, match="lacks 'at'"):
        render(news, "email", "id", {}, STOP)
    with pytest.raises(ValueError, match="does not know 'nik'"):
        render(news, "email", "id", {"at": "-", "nik": "x"}, STOP)


def test_who_can_stop_messages_is_told_how(news: MessageKind) -> None:
    assert render(news, "email", "id", news.example, STOP).text.endswith(
        f"\n\n-- \nHentikan pesan seperti ini: {STOP}"
    )
    assert render(news, "gateway", "id", news.example, STOP).text.endswith("Balas STOP untuk berhenti.")
    assert "stop" not in render(news, "letter", "en", news.example, STOP).text.lower()
    assert "Reply STOP" in render(news, "gateway", "en", news.example, STOP).text


def test_plain_text_is_not_escaped_and_one_value_is_not_read_as_a_template(news: MessageKind) -> None:
    said = "<b>O'Neil & {{ at }} {% now %}</b>"
    assert said in render(news, "email", "id", {"at": said}, STOP).text


def test_a_language_without_texts_is_loud(news: MessageKind) -> None:
    with pytest.raises(TemplateDoesNotExist):
        render(news, "email", "fr", news.example, STOP)


def test_two_kinds_cannot_share_a_name(news: MessageKind) -> None:
    kinds.register(news)
    with pytest.raises(ValueError, match=r"uji\.news"):
        kinds.register(MessageKind("uji.news", purpose="x", template="y", title="z"))
    with pytest.raises(LookupError):
        kinds.named("nobody.declared")
