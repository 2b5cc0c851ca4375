"""The files that were sent. Only services.py writes this table; the bytes lie in the data folder (storage.py)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jcoc.trail.uploads.inspect import FORMS
from jcoc.trail.uploads.purposes import purposes


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible(self, principal: Any) -> UploadQuerySet:
        """What somebody may see: public purposes, own files, files about oneself, and what a role is declared for."""
        kept = self.filter(removed=None)
        may = Q(purpose__in=[purpose.code for purpose in purposes() if purpose.public], subject=None)
        if not principal:
            return kept.filter(may)
        may |= Q(owner=principal.id)
        kind, _, identity = principal.id.partition("-")
        if kind == "person":
            may |= Q(subject=uuid.UUID(identity))
        for purpose in purposes():
            if purpose.roles & principal.roles:
                within = purpose.scope(principal) if purpose.scope else Q()
                may |= Q(purpose=purpose.code) & within
        return kept.filter(may)


class Upload(models.Model):
    """One file. After its removal the row stays, to say that there was one, and the bytes are gone.

    What the sender called it is not kept: names of files hold names of people.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField(_("form"), max_length=10, choices=[(code, code) for code in FORMS])
    #: Of the bytes as they lie on the disk: of a sealed file it tells nothing about its content.
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=60, db_index=True)
    #: Whom it is about: it is sealed under that person's key then.
    subject = models.UUIDField(null=True, blank=True, db_index=True)
    #: The opaque id of who sent it.
    owner = models.CharField(_("sent by"), max_length=80, db_index=True)
    created = models.DateTimeField(_("received"), auto_now_add=True)
    removed = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def media_type(self) -> str:
        return FORMS[self.form].media_type

    @property
    def is_photo(self) -> bool:
        return FORMS[self.form].kind == "photo"

    @property
    def download_name(self) -> str:
        return f"{self.pk}.{FORMS[self.form].endings[0]}"
