"""What came back of mails: bounces, complaints, opt-outs, as providers and mail servers tell them."""

from django.db import models

from subscribers.models.consent import Suppression
from subscribers.models.subscriber import Subscriber


class Feedback(models.Model):
    """One message about one address, and what it did. The policy is ``subscribers.feedback``."""

    class Kind(models.TextChoices):
        """What is said of the address."""

        HARD = "hard"
        """There is no such mailbox, or it never takes mail of ours."""
        SOFT = "soft"
        """Not now: full, busy, put off too long."""
        COMPLAINT = "complaint"
        UNSUBSCRIBE = "unsubscribe"

    source = models.CharField(max_length=20)
    """Who says so: the name of a provider, or ``mailbox``."""
    external_id = models.CharField(max_length=200)
    """The source's own name for it, so that the same twice counts once."""
    value_hash = models.CharField(max_length=64)
    """Keyed hash of the normalised address."""
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, related_name="feedback")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    """When it happened, as the source says."""
    detail = models.CharField(max_length=300, blank=True)
    """Its words, without any address."""
    suppression = models.ForeignKey(Suppression, null=True, on_delete=models.SET_NULL, related_name="feedback")
    """What it brought about, if it did."""
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="one_feedback_a_message")]
        indexes = [models.Index(fields=["value_hash", "kind", "at"], name="feedback_of_address")]
