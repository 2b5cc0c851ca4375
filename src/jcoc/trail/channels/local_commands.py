from typing import Any

from jcoc.trail.channels import bounces, services
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("channels.bounce")
def bounce(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: mail, the notification's bytes as Latin-1 text."""
    try:
        notice = bounces.read(arguments["mail"].encode("latin-1"))
    except bounces.NotABounce as error:
        raise CommandFailed(str(error)) from None
    return {"messages": services.note_bounce(notice)}
