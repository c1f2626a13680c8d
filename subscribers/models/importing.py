"""What came in from files, and what became of each row that was not taken as it was."""

from django.db import models

from subscribers.models.subscriber import MailingList


class Import(models.Model):
    """One file read into one list; written together with all that came of it, so each one here is complete."""

    list = models.ForeignKey(MailingList, on_delete=models.PROTECT, related_name="imports")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    """Where the consent comes from; it stands in the evidence of each reader."""
    mapping = models.JSONField(default=dict)
    """Column of the file -> field."""
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    """Rows by verdict."""


class ImportRow(models.Model):
    """A row that was refused or not taken as it stood; ``line`` counts from 1, the header being line 1."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    verdict = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="one_verdict_a_line")]
