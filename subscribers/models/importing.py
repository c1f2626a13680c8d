"""What came in from files, and what became of each row that was not taken as it was."""

from django.db import models

from subscribers.models.subscriber import MailingList, Subscriber


class Import(models.Model):
    """One file read into one list; written together with all that came of it, so each one here is complete."""

    list = models.ForeignKey(MailingList, on_delete=models.PROTECT, related_name="imports")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    """Where the consent comes from; it stands in the evidence of each reader."""
    basis = models.CharField(max_length=20, blank=True)
    """On what ground they may be mailed: see ``subscribers.importing``."""
    mapping = models.JSONField(default=dict)
    """Column of the file -> field."""
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    """Rows by verdict."""
    undoing = models.JSONField(null=True)
    """How far undoing it is, or what it did: see ``subscribers.importing.undoing``."""
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True)


class ImportRow(models.Model):
    """A row that was refused, not taken as it stood, or changed what was known; ``line`` counts from 1, the header
    being line 1."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    verdict = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True)
    """What was known of the reader before, where the row changed it: by this it is undone."""
    after = models.JSONField(null=True)
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.CASCADE, related_name="import_rows", db_index=False
    )
    """Whose row it is, where it changed something."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="one_verdict_a_line")]
        indexes = [
            models.Index(
                fields=["subscriber"], name="import_row_of_subscriber", condition=models.Q(subscriber__isnull=False)
            )
        ]
