"""The only code that writes files and their rows."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.trail import compute
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import writing
from jcoc.trail.sealing import seals
from jcoc.trail.uploads.faults import Fault
from jcoc.trail.uploads.inspect import LARGEST
from jcoc.trail.uploads.models import Upload
from jcoc.trail.uploads.prepare import Prepared, prepare
from jcoc.trail.uploads.purposes import purpose_of
from jcoc.trail.uploads.sentences import sentence
from jcoc.trail.uploads.storage import Damaged, Storage

logger = logging.getLogger(__name__)

PREPARE_S = 60
CONTEXT = "uploads.upload.content"


class Refused(ValueError):
    """A file is not taken; the text is a sentence in the reader's language. Nothing of it was kept."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


def storage() -> Storage:
    return Storage(settings.DATA_FOLDER.files)


def accept(
    file: File,  # type: ignore[type-arg]
    *,
    kinds: Sequence[str] = ("photo", "pdf", "table"),
    subject: uuid.UUID | None = None,
    purpose: str,
    most: int = LARGEST,
) -> Upload:
    """Check a file that somebody sent and keep it; :class:`Refused` with a sentence where it is not taken.

    kinds: of inspect.KINDS. subject: whom it is about; it is sealed under that person's key. purpose: a code of
    purposes.py. most: bytes, at most inspect.LARGEST. Who acts becomes its owner.
    """
    declared = purpose_of(purpose)
    if declared is None:
        raise ValueError(f"There is no purpose of files {purpose!r}.")
    if declared.public and subject is not None:
        raise ValueError(f"Everybody may see files of {purpose!r}: none can be about a person.")
    made = _prepared(file, tuple(kinds), min(most, LARGEST))
    kept = made.data if subject is None else seals.seal_bytes(subject, CONTEXT, made.data)
    store = storage()
    with store.alone():
        digest = store.put(kept)
        try:
            with writing("uploads.accept", detail={"purpose": purpose, "form": made.form}):
                return Upload.objects.create(
                    form=made.form,
                    sha256=digest,
                    size=len(made.data),
                    width=made.width,
                    height=made.height,
                    purpose=purpose,
                    subject=subject,
                    owner=current_actor(),
                )
        except BaseException:
            _let_go(store, digest)
            raise


def _prepared(file: File, kinds: Sequence[str], most: int) -> Prepared:  # type: ignore[type-arg]
    if (file.size or 0) > most:  # before it is read into memory
        raise _refused(Fault("too_large", size=-(-file.size // 1024**2), most=most // 1024**2))
    name, declared = file.name or "", getattr(file, "content_type", "") or ""
    file.seek(0)
    try:
        return compute.within(PREPARE_S, prepare, file.read(), name, declared, kinds, most)
    except Fault as fault:
        raise _refused(fault) from None
    except (TimeoutError, BrokenProcessPool):
        logger.warning("A file of %s bytes could not be checked", file.size)
        raise Refused(
            _("The file could not be checked. Send it again, or save it anew before."), "unchecked"
        ) from None


def _refused(fault: Fault) -> Refused:
    return Refused(sentence(fault), fault.code)


def content(upload: Upload) -> bytes:
    """The bytes of a file. A sealed one is opened with an entry in the audit trail, by its purpose's reason.

    :class:`seals.Erased` after the person was erased, :class:`Damaged` where the disk no longer has it as written.
    """
    kept = storage().get(upload.sha256)
    if upload.subject is None:
        return kept
    purpose = purpose_of(upload.purpose)
    reason = purpose.reason if purpose else seals.Reason.SERVICE
    return seals.open_bytes(upload.subject, CONTEXT, kept, reason=reason)


def remove(upload: Upload) -> None:
    """Take a file away for good; its row stays as the account of it."""
    _remove([upload])


def remove_of(subject: uuid.UUID) -> int:
    """Take away every file about a person; how many there were."""
    files = list(Upload.objects.filter(subject=subject, removed=None))
    _remove(files)
    return len(files)


def _remove(files: Sequence[Upload]) -> None:
    digests = {upload.sha256 for upload in files}
    with writing("uploads.remove"):
        for upload in files:
            upload.removed = timezone.now()
            upload.save(update_fields=["removed"])
        # Where this is part of a larger work that fails, the bytes stay with their row.
        transaction.on_commit(lambda: _let_go_all(digests))


def _let_go_all(digests: Iterable[str]) -> None:
    store = storage()
    with store.alone():
        for digest in digests:
            _let_go(store, digest)


def _let_go(store: Storage, digest: str) -> None:
    if not Upload.objects.filter(sha256=digest, removed=None).exists():
        store.delete(digest)


@dataclass(frozen=True)
class Findings:
    files: int
    damaged: tuple[str, ...]  # ids of rows whose bytes are gone or were changed
    orphans: tuple[str, ...]  # digests of bytes that no row names


def check(*, remove_orphans: bool = False, progress: Callable[[float, str], None] | None = None) -> Findings:
    """Compare the rows with the disk, both ways; every file is read. Orphans are removed only where asked for."""
    store = storage()
    damaged = []
    rows = Upload.objects.filter(removed=None).order_by("pk")
    total = rows.count()
    for number, upload in enumerate(rows.iterator(), 1):
        try:
            store.get(upload.sha256)
        except Damaged:
            damaged.append(str(upload.pk))
        if progress and number % 50 == 0:
            progress(number / total, "")
    with store.alone():
        named = set(Upload.objects.filter(removed=None).values_list("sha256", flat=True))
        orphans = [digest for digest in store.digests() if digest not in named]
        leftovers = list(store.leftovers())
        if remove_orphans:
            for digest in orphans:
                store.delete(digest)
            for path in leftovers:
                path.unlink(missing_ok=True)
    return Findings(total, tuple(damaged), (*orphans, *(path.name for path in leftovers)))
