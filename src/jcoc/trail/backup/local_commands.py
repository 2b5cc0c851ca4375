"""The backup is made where the data folder is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from jcoc.trail.backup import services
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("backup.make")
def make(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: folder, absolute."""
    try:
        made = services.make(Path(arguments["folder"]), lambda part, text: progress(part, gettext(text)))
    except services.NotBackedUp as error:
        raise CommandFailed(str(error)) from None
    manifest = made.manifest
    return {
        "path": str(made.path),
        "size": made.path.stat().st_size,
        "seconds": round(made.seconds, 1),
        "held_ms": manifest.held_ms,
        "database": manifest.database,
        "tables": manifest.tables,
        "parts": manifest.parts,
        "audit": manifest.audit,
        "files": sum(member.name.startswith("files/") for member in manifest.members),
    }


@local_command("backup.restored")
def restored(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: archive (when it was made). Enters the restore, and ends every session of then."""
    services.enter_restore(arguments["archive"])
    return {}
