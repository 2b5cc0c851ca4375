"""``python -m jcoc.trail.backup.finishing``: what a restore does with settings and database, on the folder beside.

The order comes as JSON on standard input, the account of it goes as JSON to standard output.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def finish(order: dict[str, Any]) -> dict[str, Any]:
    """Check, bring up to date, erase again. ``{"error": sentence}`` where the restore must not stand."""
    from django.conf import settings

    from jcoc.trail.backup.parts import registered
    from jcoc.trail.local import CommandFailed, call

    lines: list[list[Any]] = []
    notes: list[str] = []
    audit: list[Any] = []
    for part in registered():
        expected = order["parts"].get(part.name)
        if expected is not None:
            found = part.facts(settings.DATA_FOLDER)
            lines += [[f"{part.name}: {name}", value, found.get(name)] for name, value in expected.items()]
    if order["database"] == "sqlite":
        try:
            audit = _check_audit(notes)
            call("backup.restored", {"archive": order["archive"]})
            if erasures := [line for line in order["erasures"] if line.strip()]:
                erased = call("privacy.erasures_apply", {"lines": erasures})["erased"]
                notes.append(
                    f"{erased} of {len(erasures)} erasures that came after the backup were applied again."
                )
        except CommandFailed as failed:
            return {"error": str(failed)}
    return {"lines": lines, "notes": notes, "audit": audit}


def _check_audit(notes: list[str]) -> list[Any]:
    """Verify the chain after the database was brought up to date; its head as it came."""
    from jcoc.trail.audit.models import Head
    from jcoc.trail.local import CommandFailed, call

    told = call("audit.verify", {"rows": False, "heads": []})  # migrates first
    if told["faults"]:
        raise CommandFailed(f"The audit trail in the archive is not whole: {told['faults'][0]}")
    notes.append(f"The audit trail is whole: {told['entries']} entries.")
    head = Head.objects.filter(pk=1).values_list("seq", "hash").first()
    return list(head) if head else [0, ""]


if __name__ == "__main__":
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcoc.settings")
    import django

    django.setup()
    print(json.dumps(finish(json.load(sys.stdin))))  # noqa: T201
