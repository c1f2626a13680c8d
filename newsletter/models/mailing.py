"""The ledger: one mailing, its renderings, batches and attempts, and a row for each recipient."""

from django.db import models

from newsletter.models.issue import Revision
from subscribers.models import MailingList, Subscriber, Subscription


class Mailing(models.Model):
    """One issue to one list, frozen when it starts."""

    class State(models.TextChoices):
        """``finished`` is never stored: it is counted from the deliveries."""

        RUNNING = "running"
        PAUSED = "paused"
        CANCELLED = "cancelled"

    key = models.CharField(max_length=200, unique=True)
    """One mailing for an issue and a list, however often it is started; a cancelled one gives its key back."""
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="mailings")
    list = models.ForeignKey(MailingList, on_delete=models.PROTECT, related_name="mailings")
    provider = models.CharField(max_length=20)
    envelope = models.JSONField()
    """Sender, site and list as frozen: ``newsletter.delivery.messages.Envelope`` without its date."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    reason = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField()
    """Recipients in the frozen snapshot."""
    left_out = models.JSONField(default=dict)
    """Why people of the list are not in the snapshot -> how many."""
    audience = models.JSONField(default=dict)
    """Which part of the list, as frozen: the conditions of ``include`` and ``exclude`` (``subscribers.segments``)."""
    dry_run = models.BooleanField(default=False)
    """The provider looks at the mails and sends none."""
    by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    not_before = models.DateTimeField()
    send_at = models.DateTimeField(null=True)
    """The time that was set, where the provider is handed the mails before it and holds them until then."""
    latest_start = models.DateTimeField(null=True)
    """A scheduled mailing that has not begun by then asks instead of beginning; ``None`` once it has begun."""


class Rendering(models.Model):
    """What all recipients of one language get."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="renderings")
    language = models.CharField(max_length=12)
    variant = models.CharField(max_length=64, blank=True)
    subject = models.TextField()
    preheader = models.TextField()
    html = models.TextField()
    text = models.TextField()
    fields = models.JSONField()
    """The tokens and what stands there for a reader."""
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailing", "language", "variant"], name="one_rendering_a_language")
        ]


class Batch(models.Model):
    """Up to 1,000 deliveries of one rendering that are claimed together."""

    class State(models.TextChoices):
        """A batch is claimed under a lease and a fencing number."""

        PENDING = "pending"
        CLAIMED = "claimed"
        DONE = "done"

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="batches")
    rendering = models.ForeignKey(Rendering, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "number"], name="one_batch_a_number")]
        indexes = [models.Index(fields=["state", "next_at"], name="batch_due")]


class Attempt(models.Model):
    """One call to a provider; committed before the call is made."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    fence = models.PositiveIntegerField()
    provider_ref = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    """Empty while nobody knows."""
    answer = models.TextField(blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    hold = models.CharField(max_length=100, blank=True)
    """By what the provider takes the call back, where it can (``providers.base.Hold``)."""
    send_at = models.DateTimeField(null=True)
    """When the mails leave, where they are held."""
    slot = models.BooleanField(default=False)
    """Until ``send_at`` it has, or may need, one of the few cancellations that the provider has room for."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_attempt_a_number")]
        indexes = [models.Index(fields=["slot", "send_at"], name="attempt_slots")]


class Delivery(models.Model):
    """One recipient of one mailing."""

    class State(models.TextChoices):
        """``refused``: the provider said no to this recipient. ``failed``: surely not accepted, retries used up.
        ``unknown``: it may have been accepted; never sent again by itself."""

        PENDING = "pending"
        SUBMITTING = "submitting"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        FAILED = "failed"
        SUPPRESSED = "suppressed"
        CANCELLED = "cancelled"
        UNKNOWN = "unknown"

    # A row is made once and moved twice, a million times over: an index on what moves is paid for three times, and on
    # PostgreSQL makes every move touch all indexes. So what is open is found through its batch, and what is in some
    # other state among the rows of the mailing. A mailing and a subscriber each begin one of the constraints below.
    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="deliveries")
    attempt = models.ForeignKey(
        Attempt, null=True, on_delete=models.SET_NULL, related_name="deliveries", db_index=False
    )
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, db_index=False)
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.SET_NULL)
    email_norm = models.CharField(max_length=254)
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    token = models.CharField(max_length=22)
    """The token of the subscription."""
    values = models.JSONField(default=dict)
    """The reader fields that the rendering uses, as frozen."""
    public_id = models.CharField(max_length=22, unique=True)
    """Names the delivery outside: in Message-ID, file names and provider events."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=200, blank=True)
    """Who moved it to its state: a person, ``provider <name>``, or ``newsletter`` itself."""
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    """How often the provider put this recipient off."""
    event = models.CharField(max_length=12, db_default="", blank=True)
    """The event of the highest rank (``Event.Kind``) that was told of it; empty while none was."""
    event_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "mailing"], name="one_delivery_a_subscriber"),
            models.UniqueConstraint(fields=["mailing", "email_norm"], name="one_delivery_an_address"),
        ]


class TestSend(models.Model):
    """A test mail; in no statistics."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="tests")
    address = models.CharField(max_length=254)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
