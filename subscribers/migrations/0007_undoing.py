"""How far the undoing of an import is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0006_soft_bounces")]

    operations = [migrations.AddField(model_name="import", name="undoing", field=models.JSONField(null=True))]
