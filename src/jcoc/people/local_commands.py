from typing import Any

from django.core.exceptions import ValidationError

from jcoc.people import services
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("people.add")
def add(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    try:
        user = services.add_account(**arguments)
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"id": user.pk}
