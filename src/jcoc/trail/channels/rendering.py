"""From a kind and its values to the texts that somebody reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.template import Context, Template, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from jcoc.trail.channels.kinds import MessageKind


class Texts(NamedTuple):
    heading: str
    text: str
    html: str = ""


def render(
    kind: MessageKind, channel: str, language: str, context: Mapping[str, str], stop_url: str
) -> Texts:
    """The texts of a message. ``ValueError`` names a value that is missing or that the kind does not know.

    Plain texts are not escaped, HTML is. What is not a service message ends with how to stop such messages.
    """
    if odd := set(context) ^ set(kind.example):
        word = "lacks" if odd & set(kind.example) else "does not know"
        raise ValueError(f"The message {kind.code} {word} {sorted(odd)[0]!r}.")
    with translation.override(language):
        own = {"email": "", "gateway": ".sms", "letter": ".letter"}[channel]
        whole = _plain(f"{kind.template}.{language}.txt", context)
        heading, _gap, text = whole.partition("\n")
        if own and (other := _plain(f"{kind.template}.{language}{own}.txt", context, optional=True)):
            text = other
        text, html = text.strip(), ""
        if channel == "email":
            html = _html(f"{kind.template}.{language}.html", context, stop_url)
            if stop_url:
                # The mark of a signature: readers' programs fold what follows.
                text += "\n\n-- \n" + _("Stop such messages: %(url)s") % {"url": stop_url}
        elif channel == "gateway" and stop_url:
            text += "\n" + _("Reply STOP to end these messages.")
    return Texts(heading.strip(), text, html)


def _plain(name: str, context: Mapping[str, str], *, optional: bool = False) -> str:
    try:
        template: Template = get_template(name).template  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        if optional:
            return ""
        raise
    return str(template.render(Context(dict(context), autoescape=False)))


def _html(name: str, context: Mapping[str, str], stop_url: str) -> str:
    try:
        return get_template(name).render({**context, "stop_url": stop_url})
    except TemplateDoesNotExist:
        return ""


#: Values by which somebody gets in: they go to the reader and are shown to nobody else.
KEYS = ("code", "link")
HIDDEN = "••••"


def without_keys(content: dict[str, Any]) -> dict[str, Any]:
    """What a message said, as :func:`render` and its context made it, with codes and links hidden."""
    context = content.get("context", {})
    hidden = sorted({context[key] for key in KEYS if context.get(key)}, key=len, reverse=True)

    def hide(text: str) -> str:
        for value in hidden:
            text = text.replace(value, HIDDEN)
        return text

    kept = {name: hide(value) if isinstance(value, str) else value for name, value in content.items()}
    return kept | {"context": {name: hide(value) for name, value in context.items()}}
