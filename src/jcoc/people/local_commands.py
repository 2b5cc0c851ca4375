from typing import Any

from django.core.exceptions import ValidationError

from jcoc.people import services
from jcoc.people.models import User
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("people.add")
def add(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    try:
        user = services.add_account(**arguments)
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"id": user.pk}


@local_command("people.password")
def password(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, password."""
    user = User.objects.filter(username=arguments["username"]).first()
    if user is None:
        raise CommandFailed(f"There is no account {arguments['username']!r}.")
    try:
        services.set_password(user, arguments["password"])
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"id": user.pk}
