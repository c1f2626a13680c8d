"""The evidence of consent, and whom never to mail."""

from typing import Any

from django.db import models

from subscribers.models.subscriber import Subscription


class Consent(models.Model):
    """What somebody agreed to or withdrew, when, from where, in which words. Append only."""

    class Action(models.TextChoices):
        """What happened."""

        IMPORTED = "imported"
        SUBSCRIBED = "subscribed"
        CONFIRMED = "confirmed"
        UNSUBSCRIBED = "unsubscribed"
        RESUBSCRIBED = "resubscribed"
        """By the reader's own word, on their page."""
        REMOVED = "removed"
        """The import that brought them was undone."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="consents")
    action = models.CharField(max_length=12, choices=Action.choices)
    at = models.DateTimeField()
    source = models.CharField(max_length=200)
    """Where from: the name of a form, of a file, or of the person at the desk."""
    wording = models.TextField(blank=True)
    """What they agreed to, as they read it."""
    told = models.CharField(max_length=300, blank=True)
    """What an imported file says of it in its own words: when they opted in or out, from which network address."""
    told_at = models.DateTimeField(null=True)
    """When it happened, as that file says."""
    confirms = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="confirmed_by", db_index=False
    )
    """The evidence of the request that this confirmation belongs to."""
    imported_by = models.ForeignKey("subscribers.Import", null=True, on_delete=models.PROTECT)

    def save(self, **options: Any) -> None:
        """Add it; what is there is not changed."""
        if not self._state.adding:
            raise TypeError("evidence of consent is only ever added")
        super().save(**options)


class Suppression(models.Model):
    """An address or a domain that is never mailed, whatever the lists say."""

    class Kind(models.TextChoices):
        """What ``value_hash`` is the hash of."""

        ADDRESS = "address"
        DOMAIN = "domain"

    class Reason(models.TextChoices):
        """Why."""

        UNSUBSCRIBED = "unsubscribed"
        BOUNCED = "bounced"
        """For good."""
        SOFT_BOUNCES = "soft-bounces"
        """Not for good, but time and again."""
        COMPLAINED = "complained"
        MANUAL = "manual"
        ERASED = "erased"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ADDRESS)
    value_hash = models.CharField(max_length=64)
    """HMAC-SHA-256 of the normalised address or domain under the site's erasure key, in hex."""
    reason = models.CharField(max_length=12, choices=Reason.choices)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value_hash"], name="one_suppression_a_value")]


class OptOutLog(models.Model):
    """How far this store knows a file of ``subscribers.optouts``."""

    name = models.CharField(max_length=64, unique=True)
    """The random name in the first line of the file."""
    seen = models.PositiveBigIntegerField()
    """Bytes."""
