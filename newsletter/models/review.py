"""What people say of an issue before it is mailed: approval, comments, and who gets tests."""

from django.db import models

from newsletter.models.account import Account
from newsletter.models.issue import Issue, Revision


class Approval(models.Model):
    """A revision that was submitted for approval, for one audience, and what was decided. It holds for exactly the
    content, the audience and the count it was given for."""

    class State(models.TextChoices):
        """``void``: something changed after it was submitted or approved."""

        WAITING = "waiting"
        APPROVED = "approved"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"
        VOID = "void"

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="approvals")
    audience = models.JSONField(default=dict)
    """The list and the part of it, as it is submitted."""
    content_hash = models.CharField(max_length=64)
    """SHA-256 of everything that would go out."""
    audience_hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    """Recipients when it was submitted."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    submitted_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="submissions")
    submitted_at = models.DateTimeField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="approvals")
    """Who decided."""
    at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    """What was said with the decision, or what voided it."""
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "submitted_at"], name="approval_state")]


class Comment(models.Model):
    """What somebody said of an item of an issue, or of the issue as a whole."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="comments")
    item = models.CharField(max_length=100, blank=True)
    """The id of the item; empty for the issue as a whole."""
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    """What was looked at."""
    author = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="comments")
    text = models.TextField()
    answers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answered_by")
    """The comment that it answers; answers are not answered in turn."""
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")


class Reviewer(models.Model):
    """Somebody to whom tests are sent."""

    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=254, unique=True)


class PageViews(models.Model):
    """How often a public page of the archive was opened on one day. Nobody is recognised."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "day"], name="one_count_a_day")]


class Presence(models.Model):
    """Somebody has an issue open at the desk. Pages tell it again and again; what is old is nobody."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=100, blank=True)
    """What they look at."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "account"], name="one_presence_a_person")]
