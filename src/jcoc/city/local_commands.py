"""The city's commands that write: run where the data folder is open. Paths in arguments are absolute."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from jcoc.trail.local import CommandFailed, Progress, local_command


def read_file(path: str) -> bytes:
    from jcoc.city.boundaries import LARGEST_FILE

    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > LARGEST_FILE:
        raise CommandFailed(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB.")
    return data


@local_command("city.load")
def load(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: folder (of a city's tables)."""
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


@local_command("city.import_boundaries")
def import_boundaries(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: file, level, day (ISO date), source, licence, approximate, check_only,
    allow_warnings.

    Gives faults (see Fault.to_json), imported (bool) and written (rows by level).
    """
    from jcoc.city import services
    from jcoc.city.boundaries import check
    from jcoc.city.faults import Severity
    from jcoc.city.lookup import place_facts
    from jcoc.trail import compute

    progress(0.05, "Reading the file")
    data = read_file(arguments["file"])
    places = place_facts()
    if not places:
        raise CommandFailed("No place is known yet: run `jcoc city load` first.")
    day = date.fromisoformat(arguments["day"])
    progress(0.1, "Checking the boundaries")
    checked = compute.run(check, data, places, arguments["level"], day).result()
    refused = checked.count(Severity.ERROR) or (
        checked.count(Severity.WARNING) and not arguments.get("allow_warnings")
    )
    written: dict[str, int] = {}
    if not refused and not arguments.get("check_only"):
        progress(0.7, "Storing the boundaries")
        file = services.BoundaryFile(
            name=Path(arguments["file"]).name,
            sha256=hashlib.sha256(data).hexdigest(),
            source=arguments.get("source", ""),
            licence=arguments.get("licence", ""),
            approximate=bool(arguments.get("approximate")),
        )
        _done, written = services.import_boundaries(checked, arguments["level"], day, file)
    progress(1.0, "Done")
    return {
        "faults": [fault.to_json() for fault in checked.faults],
        "imported": bool(written),
        "written": written,
    }


@local_command("city.import_rivers")
def import_rivers(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: file, piece (metres), river (code or null), approximate, source."""
    from jcoc.city.axes import read_stretches
    from jcoc.city.facts import FactsError
    from jcoc.city.models import River
    from jcoc.city.services import import_stretches

    progress(0.1, "Reading the file")
    data = read_file(arguments["file"])
    rivers = {river.code: (river.name, river.also_called) for river in River.objects.all()}
    if not rivers:
        raise CommandFailed("No river is known yet: run `jcoc city load` first.")
    try:
        stretches = read_stretches(data, rivers, arguments["piece"], arguments["river"])
    except FactsError as error:
        raise CommandFailed(str(error)) from None
    progress(0.6, "Storing the stretches")
    count = import_stretches(stretches, arguments["source"], approximate=arguments["approximate"])
    progress(1.0, "Done")
    return {"stretches": count, "rivers": sorted({stretch.river for stretch in stretches})}
