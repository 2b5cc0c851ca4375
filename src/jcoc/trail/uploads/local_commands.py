from __future__ import annotations

from dataclasses import asdict
from typing import Any

from jcoc.trail.local import Progress, local_command


@local_command("uploads.check")
def check(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: remove_orphans."""
    from jcoc.trail.uploads import services

    return asdict(services.check(remove_orphans=arguments["remove_orphans"], progress=progress))
