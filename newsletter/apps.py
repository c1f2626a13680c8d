"""The Django app of what is mailed."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """Issues, mailings, deliveries."""

    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell ``subscribers`` what only this side knows."""
        from newsletter.delivery.received import received  # noqa: PLC0415  (models are loaded only now)
        from subscribers import segments  # noqa: PLC0415

        segments.register("received", received)
