"""Private links by which working groups hand in items without an account."""

import secrets
from datetime import datetime
from hashlib import sha256

from newsletter.models import Account, ContributorLink, UpdateItem

MOST_WAITING = 50
"""Items of one link that may wait at the same time: whoever finds the link cannot flood the pool."""


def make_link(name: str, *, by: Account, at: datetime, until: datetime | None = None) -> tuple[ContributorLink, str]:
    """A link for the group ``name``, and its key, which is known only now: a hash of it is kept."""
    key = secrets.token_urlsafe(16)
    link = ContributorLink.objects.create(key_hash=_hash(key), name=name, by=by, at=at, expires_at=until)
    return link, key


def link_of(key: str, *, now: datetime) -> ContributorLink | None:
    """The link with this key; ``None`` where there is none, or none that still holds."""
    link = ContributorLink.objects.filter(key_hash=_hash(key), revoked_at=None).first()
    return link if link and (link.expires_at is None or link.expires_at > now) else None


def revoke(link: ContributorLink, *, at: datetime) -> None:
    """From now on nobody hands in by it; what was handed in stays."""
    ContributorLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)


def is_full(link: ContributorLink) -> bool:
    """Whether as many of its items wait as may."""
    return link.items.filter(state=UpdateItem.State.NEW).count() >= MOST_WAITING


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
