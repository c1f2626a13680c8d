from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0005_told_and_undone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(
                choices=[
                    ("unsubscribed", "Unsubscribed"),
                    ("bounced", "Bounced"),
                    ("soft-bounces", "Soft Bounces"),
                    ("complained", "Complained"),
                    ("manual", "Manual"),
                    ("erased", "Erased"),
                ],
                max_length=12,
            ),
        ),
    ]
