
import django.db.models.deletion
import subscribers.models.subscriber
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='MailingList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('public', models.BooleanField(default=False)),
                ('double_opt_in', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('email_norm', models.CharField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('timezone', models.CharField(blank=True, max_length=64)),
                ('attributes', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('source', models.CharField(max_length=200)),
                ('mapping', models.JSONField(default=dict)),
                ('actor', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('counts', models.JSONField(default=dict)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='subscribers.mailinglist')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=subscribers.models.subscriber.new_token, max_length=22, unique=True)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('active', 'Active'), ('unsubscribed', 'Unsubscribed')], default='pending', max_length=12)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='subscribers.mailinglist')),
                ('subscriber', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='subscribers.subscriber')),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('imported', 'Imported'), ('subscribed', 'Subscribed'), ('confirmed', 'Confirmed'), ('unsubscribed', 'Unsubscribed')], max_length=12)),
                ('at', models.DateTimeField()),
                ('source', models.CharField(max_length=200)),
                ('wording', models.TextField(blank=True)),
                ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='subscribers.import')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='subscribers.subscription')),
            ],
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('address', 'Address'), ('domain', 'Domain')], default='address', max_length=8)),
                ('value_hash', models.CharField(max_length=64)),
                ('reason', models.CharField(choices=[('unsubscribed', 'Unsubscribed'), ('bounced', 'Bounced'), ('complained', 'Complained'), ('manual', 'Manual'), ('erased', 'Erased')], max_length=12)),
                ('actor', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value_hash'), name='one_suppression_a_value')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('verdict', models.CharField(max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='subscribers.import')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'line'), name='one_verdict_a_line')],
            },
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['list', 'state', 'id'], name='subscription_by_state'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('subscriber', 'list'), name='one_subscription_a_list'),
        ),
    ]
