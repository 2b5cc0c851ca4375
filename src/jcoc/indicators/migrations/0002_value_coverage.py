from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_indicators")]

    operations = [
        migrations.AddField(
            model_name="value",
            name="coverage",
            field=models.FloatField(blank=True, null=True, verbose_name="hours with readings"),
        ),
    ]
