from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0009_editor'),
    ]

    operations = [
        migrations.AddField(
            model_name='revision',
            name='behind',
            field=models.JSONField(default=dict),
        ),
    ]
