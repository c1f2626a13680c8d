"""The Django app of who may be mailed."""

from django.apps import AppConfig


class SubscribersConfig(AppConfig):
    """Subscribers, lists, consent, suppression."""

    name = "subscribers"
    default_auto_field = "django.db.models.BigAutoField"
