"""Who may sign in to the desk, and what each may do there."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What somebody may do at the desk. A person may have several; which page asks for which stands at the page."""

    CONTRIBUTOR = "contributor", "Contributor"
    EDITOR = "editor", "Editor"
    APPROVER = "approver", "Approver"
    SENDER = "sender", "Sender"
    ADMINISTRATOR = "administrator", "Administrator"
    VIEWER = "viewer", "Viewer"


ROLE_WORDS = {
    Role.CONTRIBUTOR: "Hands in items for an issue.",
    Role.EDITOR: "Makes issues from items, sends tests, submits issues for approval.",
    Role.APPROVER: "Approves an issue, or sends it back with comments.",
    Role.SENDER: "Mails approved issues, and looks after subscribers and lists.",
    Role.ADMINISTRATOR: "Everything, also people and settings.",
    Role.VIEWER: "Looks at issues and reports; sees no addresses of subscribers.",
}
"""What each role is for, in a sentence."""


class Accounts(BaseUserManager["Account"]):
    """Makes and finds accounts; an address is one whatever its capitals."""

    def make(self, email: str, *, name: str, roles: list[str], password: str | None = None) -> "Account":
        """A new account; without a password nobody can sign in to it before one is chosen."""
        account = self.model(email=email.strip().lower(), name=name.strip(), roles=sorted(map(str, roles)))
        account.set_password(password)
        account.save()
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account that ``username`` (an address) signs in to."""
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A person who may sign in to the desk."""

    email = models.EmailField(max_length=254, unique=True)
    """In small letters."""
    name = models.CharField(max_length=100)
    roles = models.JSONField(default=list)
    """Of ``Role``."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def may(self, *roles: str) -> bool:
        """Whether the account has one of ``roles``; an administrator has them all."""
        return bool({Role.ADMINISTRATOR, *roles} & set(self.roles))

    @property
    def sees_addresses(self) -> bool:
        """Whether addresses of subscribers are shown to it."""
        return self.may(Role.EDITOR, Role.SENDER)

    @property
    def role_names(self) -> list[str]:
        """Its roles as they are called."""
        return [str(role.label) for role in Role if role in self.roles]


class ContributorLink(models.Model):
    """A private link by which a working group hands in items without an account."""

    key_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the key in the link; the key itself is shown once and kept nowhere."""
    name = models.CharField(max_length=200)
    """Of the group; it stands at the items it hands in."""
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
