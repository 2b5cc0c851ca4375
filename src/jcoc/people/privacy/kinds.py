"""Kinds of personal data, and which of them the law calls specific (law 27/2022, article 4)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataKind(models.TextChoices):
    NAME = "name", _("name")
    CONTACT = "contact", _("phone, e-mail, address")
    IDENTITY_NUMBER = "identity_number", _("identity number (NIK)")
    BIRTH_DATE = "birth_date", _("birth date and sex")
    FINANCIAL = "financial", _("bank account, wages")
    CHILD = "child", _("data of a child")
    HEALTH = "health", _("health")
    PHOTO = "photo", _("photos of a person")
    POSITION = "position", _("where somebody was")
    LOG_IN = "log_in", _("log-ins and devices")
    WORDS = "words", _("what somebody wrote")


SPECIFIC = frozenset({DataKind.FINANCIAL, DataKind.CHILD, DataKind.HEALTH})


def is_specific(kind: str) -> bool:
    """Whether the law asks for more care: health, biometric, genetic, criminal, children's and financial data."""
    return kind in SPECIFIC
