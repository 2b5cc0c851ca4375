"""The import on the command line: run where the data folder is open. Paths in arguments are absolute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("indicators.import")
def import_file(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: file, indicators (codes), check, reason, sheet. Gives counts and findings; kept: how many values."""
    from django.core.files.base import ContentFile
    from django.utils import translation

    from jcoc.indicators.models import Indicator
    from jcoc.indicators.spreadsheet import saying, services
    from jcoc.indicators.spreadsheet.comparing import State
    from jcoc.indicators.spreadsheet.mapping import Choices
    from jcoc.indicators.spreadsheet.previewing import CannotRead
    from jcoc.indicators.spreadsheet.reading import USUAL

    path = Path(arguments["file"])
    asked = list(dict.fromkeys(arguments["indicators"]))
    found = list(Indicator.objects.in_use().filter(code__in=asked, source__kind="entered"))
    if unknown := sorted(set(asked) - {each.code for each in found}):
        raise CommandFailed(f"No indicator that an agency keeps is called {', '.join(unknown)}.")
    try:
        with path.open("rb") as file:
            data = file.read(USUAL.file + 1)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.") from None
    with translation.override("en"):
        try:
            progress(0.2, "Reading the spreadsheet")
            draft = services.draft(ContentFile(data, path.name), found)
            try:
                if arguments.get("sheet"):
                    services.choose(draft, Choices(sheet=arguments["sheet"]))
                preview = services.look(draft)
                kept = 0
                if not preview.faults and preview.to_keep and not arguments.get("check"):
                    progress(0.6, "Keeping the values")
                    kept = services.keep(draft, preview.seal, arguments.get("reason", "")).values
            finally:
                services.cancel(draft)  # what was kept is no draft any more
        except (services.Refused, CannotRead) as error:
            raise CommandFailed(f"{path.name}: {error}") from None
        return {
            "faults": len(preview.faults),
            "findings": [
                {name: str(text) for name, text in saying.said(each).items()} for each in preview.findings
            ],
            "kept": kept,
            **{str(state): preview.count(state) for state in State},
        }
