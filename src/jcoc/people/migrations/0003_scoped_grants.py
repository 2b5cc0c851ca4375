import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

from jcoc.trail.audit.guard import unguarded


def hold_since_given(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Roles given before they had a time hold from the moment they were given, in the whole city, for good."""
    with unguarded():
        apps.get_model("people", "RoleGrant").objects.update(valid_from=F("granted"))


class Migration(migrations.Migration):
    dependencies = [("city", "0001_initial"), ("people", "0002_roles")]

    operations = [
        migrations.AlterModelOptions(name="rolegrant", options={"ordering": ["-granted", "-pk"]}),
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.RemoveConstraint(model_name="rolegrant", name="people_one_grant_a_role"),
        migrations.AddField(
            model_name="rolegrant",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="city.place",
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="city.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="programme",
            field=models.SlugField(blank=True, verbose_name="programme"),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="valid_from",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="valid_until",
            field=models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="rolegrant", name="taken_back", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="taken_back_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="taken_back_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason"),
        ),
        migrations.RunPython(hold_since_given, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("place", None), ("site", None), _connector="OR"),
                name="people_grant_at_a_place_or_a_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="people_grant_in_order_of_time",
            ),
        ),
    ]
