from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class AuditConfig(AppConfig):
    name = "jcoc.trail.audit"
    label = "audit"
    verbose_name = _("Audit trail")
    menu = (Entry(85, "audit:search", _("Audit trail"), "audit", Group.UPKEEP),)

    def ready(self) -> None:
        from jcoc.trail.audit import capture, guard, triggers, upgrades

        capture.connect()
        guard.connect()
        post_migrate.connect(triggers.after_migrations, sender=self, dispatch_uid="audit triggers")
        pre_migrate.connect(upgrades.before, sender=self, dispatch_uid="audit rows")
        post_migrate.connect(upgrades.after, sender=self, dispatch_uid="audit rows")
