"""Subscribers, mailing lists, and who is on which."""

import secrets

from django.db import models


def new_token() -> str:
    """128 random bits as 22 characters that are safe in a URL."""
    return secrets.token_urlsafe(16)


class Subscriber(models.Model):
    """One address and what is known of its owner."""

    email = models.CharField(max_length=254)
    """As it was given; mail goes to this."""
    email_norm = models.CharField(max_length=254, unique=True)
    """Small letters, NFC, A-label host: two addresses that reach one mailbox by the rules of
    ``subscribers.address`` have one value."""
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    """``first_name``, ``last_name`` and whatever the site declares."""
    created_at = models.DateTimeField(auto_now_add=True)


class MailingList(models.Model):
    """What people subscribe to."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    public = models.BooleanField(default=False)
    double_opt_in = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Subscription(models.Model):
    """One subscriber on one list."""

    class State(models.TextChoices):
        """Only ``active`` is mailed."""

        PENDING = "pending"
        ACTIVE = "active"
        UNSUBSCRIBED = "unsubscribed"
        REMOVED = "removed"
        """Not on the list: the import that brought them was undone. Another one may bring them back."""

    # Neither key has an index of its own: the constraint and the index below begin with them.
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions", db_index=False)
    list = models.ForeignKey(MailingList, on_delete=models.PROTECT, related_name="subscriptions", db_index=False)
    token = models.CharField(max_length=22, unique=True, default=new_token)
    """Names the subscription in unsubscribe links, for ever."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    paused_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "list"], name="one_subscription_a_list")]
        indexes = [models.Index(fields=["list", "state", "id"], name="subscription_by_state")]
