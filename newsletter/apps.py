"""The Django app of what is mailed."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """Issues, mailings, deliveries."""

    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"
