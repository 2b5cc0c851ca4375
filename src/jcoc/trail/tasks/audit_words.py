"""What entries about background tasks are called, and what the task was that wrote one."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from jcoc.trail.tasks.models import Task

ACTIONS = {
    "tasks.cancel": _("Background task cancelled"),
    "tasks.repeat": _("Background task repeated"),
}
KINDS = {
    "tasks.task": _("background task"),
}


def _tasks(keys: Collection[str]) -> dict[str, str]:
    found = Task.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {str(task.pk): task.title for task in found}


NAMES = {"task": _tasks, "tasks.task": _tasks}
