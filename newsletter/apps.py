"""The Django app of what is mailed."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from subscribers.ports import Notice


class NewsletterConfig(AppConfig):
    """Issues, mailings, deliveries."""

    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell ``subscribers`` what only this side knows, and take the mails to readers that it asks for."""
        from newsletter.delivery.privacy import forget_mails_to, forget_posts_about, mails_to  # noqa: PLC0415  (models load only now)
        from newsletter.delivery.received import received  # noqa: PLC0415  (as above)
        from newsletter.events.deliveries import reached  # noqa: PLC0415  (as above)
        from subscribers import erasure, exporting, feedback, ports, segments  # noqa: PLC0415  (as above)

        segments.register("received", received)
        exporting.register("mails", mails_to)
        erasure.register(forget_mails_to, before=forget_posts_about)
        feedback.deliveries = reached
        ports.connect(_notify)


def _notify(notice: "Notice") -> None:
    from newsletter.delivery import reader_notices  # noqa: PLC0415  (heavy, and most commands need none)

    reader_notices.add(notice)
