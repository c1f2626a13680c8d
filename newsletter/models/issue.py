"""Issues with their revisions, update items in the pool, files."""

import secrets

from django.db import models

from newsletter.models.account import Account, ContributorLink


def new_public_id() -> str:
    """128 random bits as 22 characters that are safe in a URL."""
    return secrets.token_urlsafe(16)


class Issue(models.Model):
    """One newsletter through its life."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    series = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    private = models.BooleanField(default=False, db_default=False)
    """It is kept out of the public archive."""


class Revision(models.Model):
    """An issue as it was at one save: the text of its file, and of each translation. Never changed."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    source = models.TextField()
    """The issue file, as ``newsletter.issue.write`` writes it."""
    translations = models.JSONField(default=dict)
    """Language -> issue file."""
    sha256 = models.CharField(max_length=64)
    """Of source, translations and the files that they refer to."""
    assets = models.JSONField(default=dict)
    """Path as the issue file writes it -> public id of the asset."""
    sequences = models.JSONField(default=dict)
    """Item id -> how often that event has changed since it was first saved (RFC 5545, section 3.8.7.4)."""
    behind = models.JSONField(default=dict)
    """Language -> what is edited -> field that is not translated as it stands -> the revision of which it is a
    translation, 0 where it is none."""
    author = models.CharField(max_length=200)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    """Who saved it, where it was saved at the desk."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "number"], name="one_revision_a_number")]


class UpdateItem(models.Model):
    """One item in the pool, handed in by a contributor."""

    class State(models.TextChoices):
        """``used`` once an issue holds it."""

        NEW = "new"
        USED = "used"
        DROPPED = "dropped"

    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    source = models.TextField()
    """The item as it stands in an issue file."""
    assets = models.JSONField(default=dict)
    """Path as the item writes it -> public id of the asset."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    from_name = models.CharField(max_length=200, blank=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="items")
    """Who handed it in, where that was at the desk."""
    link = models.ForeignKey(ContributorLink, null=True, on_delete=models.SET_NULL, related_name="items")
    """The private link it was handed in by."""
    used_in = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="update_items")
    created_at = models.DateTimeField(auto_now_add=True)


class Asset(models.Model):
    """A file that readers fetch: a picture, a document or a calendar. Its bytes lie in data/media."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    sha256 = models.CharField(max_length=64, db_index=True)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    """In bytes."""
    filename = models.CharField(max_length=200)
    """What it is called when it is saved; the ending fits the content."""
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    @property
    def stored_name(self) -> str:
        """The name of the file in data/media, and the last part of its public address."""
        return f"{self.public_id}.{self.filename.rpartition('.')[2]}"
