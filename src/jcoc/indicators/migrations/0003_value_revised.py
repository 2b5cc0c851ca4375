from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_value_coverage")]

    operations = [
        migrations.AddIndex(
            model_name="value",
            index=models.Index(
                condition=models.Q(("revision__gt", 1)), fields=["indicator", "-made"], name="value_revised"
            ),
        ),
    ]
