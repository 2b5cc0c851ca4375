from typing import Any

from jcoc.people.privacy.services import erasing, retention
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("privacy.retention")
def keep_or_remove(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: dry_run."""
    if arguments["dry_run"]:
        return {"rules": [[str(d.rule.title), d.rule.kept.days, d.rows] for d in retention.due()]}
    return {"runs": [[run.code, run.removed, run.summary] for run in retention.apply()]}


@local_command("privacy.erasures_export")
def erasures_export(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return {"lines": list(erasing.export_erasures())}


@local_command("privacy.erasures_apply")
def erasures_apply(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: lines."""
    try:
        return {"erased": erasing.apply_erasures(arguments["lines"])}
    except ValueError as error:
        raise CommandFailed(str(error)) from None
