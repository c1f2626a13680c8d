"""What keeps sending safe beside the ledger: the store's own identity, limits, notices, and what persons decided."""

from typing import Any

from django.db import models


class Site(models.Model):
    """One row: by what the store knows that it is where it was."""

    identifier = models.CharField(max_length=100)
    """See ``newsletter.delivery.origin``."""


class Bucket(models.Model):
    """How many messages may still go to a provider in the window that is running."""

    provider = models.CharField(max_length=20)
    window = models.PositiveIntegerField()
    """Seconds."""
    tokens = models.PositiveBigIntegerField()
    refilled_at = models.DateTimeField()
    """When the window began."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "window"], name="one_bucket_a_window")]


class Notice(models.Model):
    """A mail to one person about what happened; sent once at most."""

    class State(models.TextChoices):
        """``submitting`` for good where the sender stopped before it knew the answer."""

        WAITING = "waiting"
        SUBMITTING = "submitting"
        ACCEPTED = "accepted"
        FAILED = "failed"
        UNKNOWN = "unknown"

    key = models.CharField(max_length=200, unique=True)
    """What happened, and to what."""
    kind = models.CharField(max_length=40)
    address = models.CharField(max_length=254, blank=True)
    """Where it goes; empty once a reader's was sent."""
    language = models.CharField(max_length=12, blank=True, db_default="")
    values = models.JSONField(default=dict)
    """What a reader's says, until it is sent."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTING)
    attempt_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["id"], name="notice_waiting", condition=models.Q(state="waiting"))]


class Audit(models.Model):
    """What a person decided. Append only."""

    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=40)
    object = models.CharField(max_length=200)
    """Such as ``mailing 7``."""
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def save(self, **options: Any) -> None:
        """Add it; what is there is not changed."""
        if not self._state.adding:
            raise TypeError("the audit is only ever added to")
        super().save(**options)
