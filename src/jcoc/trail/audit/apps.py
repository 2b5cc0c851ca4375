from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "jcoc.trail.audit"
    label = "audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        from jcoc.trail.audit import capture, guard

        capture.connect()
        guard.connect()
