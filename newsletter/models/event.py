"""What providers and mail servers tell back about mails."""

from django.db import models

from newsletter.models.mailing import Delivery


class WebhookInbox(models.Model):
    """What came in, exactly as it came, before anybody looked into it: raw evidence."""

    provider = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    headers = models.JSONField(default=dict)
    """Those that the signature needs."""
    body = models.BinaryField()
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    """Why it, or some of it, could not be read; the rest of it counted all the same."""

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="inbox_waiting", condition=models.Q(done_at=None)),
            models.Index(fields=["received_at"], name="inbox_by_age"),
        ]


class Event(models.Model):
    """One thing that happened to one mail."""

    class Kind(models.TextChoices):
        """In the order of their rank: of several about one mail the last of these counts, whichever came first."""

        PROCESSED = "processed"
        DEFERRED = "deferred"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        DROPPED = "dropped"
        """The provider took it and then did not send it."""
        UNSUBSCRIBED = "unsubscribed"
        COMPLAINED = "complained"

    provider = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    """The provider's own name for it: the same event comes more than once."""
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.SET_NULL, related_name="events")
    """``None`` where it is about no mail that we know."""
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    """When it happened, as the provider says."""
    detail = models.CharField(max_length=300, blank=True)
    """The provider's words, without any address."""
    inbox = models.ForeignKey(WebhookInbox, null=True, on_delete=models.SET_NULL, related_name="events")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="one_event_an_id")]
        indexes = [models.Index(fields=["at"], name="event_by_age")]
