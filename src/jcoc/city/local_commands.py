"""The city's commands that write: run where the data folder is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("city.load")
def load(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: folder (absolute path of a city's folder)."""
    from jcoc.city.facts import FactsError, read_city
    from jcoc.city.services import load_city

    progress(0.1, "Reading the facts")
    try:
        facts = read_city(Path(arguments["folder"]))
    except FactsError as error:
        raise CommandFailed(str(error)) from None
    progress(0.4, "Writing the places")
    counts = load_city(facts)
    progress(1.0, "Done")
    return {"city": facts.name, **counts}
