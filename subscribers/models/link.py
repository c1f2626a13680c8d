"""Links that are mailed to an address to prove that whoever follows them reads its mail; and who asks too often."""

from django.db import models

from subscribers.models.subscriber import Subscriber


class MailedLink(models.Model):
    """A link that works once, and only for a time. The link itself is nowhere: only its hash."""

    class Purpose(models.TextChoices):
        """What it allows, and nothing else."""

        CONFIRM = "confirm"
        DOWNLOAD = "download"
        ERASE = "erase"
        MOVE = "move"
        """A change of address; mailed to the new one."""

    key_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the 128 random bits in the link, in hex."""
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="links")
    data = models.JSONField(default=dict)
    """What it is about: the subscriptions to confirm, the new address."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="link_by_end")]


class Throttle(models.Model):
    """How often something was asked for in a window of time: by a visitor, or for an address."""

    key_hash = models.CharField(max_length=64, unique=True)
    """Keyed hash of what is counted: neither an address nor a network address is kept."""
    since = models.DateTimeField()
    """When the window began."""
    count = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["since"], name="throttle_by_start")]
