"""One key per person. Only services.py writes this table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKey(models.Model):
    """The key of one person, wrapped by a master key; after its destruction, that it was there and until when.

    Wrapping it anew changes nothing that the key protects, so it is not an entry of the audit trail for each row.
    A wrapped key is bound to its person and master key: swapped for another, it does not open.
    """

    audit_exempt_fields = frozenset({"wrapped", "master"})

    subject = models.UUIDField(primary_key=True, editable=False)
    wrapped = models.BinaryField(null=True)
    master = models.CharField(max_length=12, blank=True, db_index=True)
    created = models.DateTimeField(_("made"))
    destroyed = models.DateTimeField(_("destroyed"), null=True)

    def __str__(self) -> str:
        return str(self.subject)
