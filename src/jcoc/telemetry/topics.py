"""What may be the topic of a datastream."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 65_535


def is_name(topic: str) -> bool:
    """Whether a text names one topic (MQTT 3.1.1, 4.7): no wildcard, no NUL, 1 to 65,535 bytes of UTF-8."""
    return not set("+#\0") & set(topic) and 0 < len(topic.encode(errors="replace")) <= LONGEST


def validate(topic: str) -> None:
    if not is_name(topic):
        raise ValidationError(
            _("A topic is named whole: it cannot hold +, # or NUL, nor be over 65,535 bytes.")
        )
