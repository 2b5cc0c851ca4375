"""The daily backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from jcoc.trail.backup import services
from jcoc.trail.tasks.api import GiveUp, Job, background, daily

NO_FOLDER = gettext_noop("No folder is named for backups: set JCOC_BACKUP_DIR.")


@background("backup.daily", title=_("Daily backup"), attempts=3, in_server=True)
def daily_backup(job: Job) -> dict[str, Any]:
    """One archive in JCOC_BACKUP_DIR; the newest JCOC_BACKUP_KEEP stay."""
    if not settings.BACKUP_FOLDER:
        raise GiveUp(NO_FOLDER)
    folder = Path(settings.BACKUP_FOLDER)
    try:
        made = services.make(folder, job.progress)
    except services.NotBackedUp as error:
        raise GiveUp("%(reason)s", reason=str(error)) from None
    removed = services.keep_newest(folder, settings.BACKUPS_KEPT)
    return {"archive": made.path.name, "size": made.path.stat().st_size, "removed": len(removed)}


if settings.BACKUP_FOLDER:
    daily(at="01:30")(daily_backup)
