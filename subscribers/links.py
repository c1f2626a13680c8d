"""Links that are mailed to an address: whoever follows one reads the mail that comes there.

A link has 128 random bits and is for one thing, once, for a time. The store holds its hash only; the link itself comes
into being when its mail does (``mint``), and is nowhere else.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from subscribers.models import MailedLink, Subscriber
from subscribers.models.subscriber import new_token

Purpose = MailedLink.Purpose
CONFIRMS_FOR = timedelta(days=7)
OTHERS_FOR = timedelta(hours=1)
REMEMBERED = timedelta(days=30)
"""How long an expired link is told from one that never was."""


def make(purpose: Purpose, subscriber: Subscriber, *, at: datetime, data: dict[str, Any] | None = None) -> MailedLink:
    """A link that is yet to be mailed; nobody can follow it before."""
    nobody_knows = _hash(secrets.token_urlsafe(32))
    expires = at + _life(purpose)
    return MailedLink.objects.create(
        key_hash=nobody_knows, purpose=purpose, subscriber=subscriber, data=data or {}, made_at=at, expires_at=expires
    )


def mint(number: int, *, at: datetime) -> str | None:
    """The link itself, for the mail that is made at ``at``; its time begins now. One that was made before stops
    working. ``None`` where it is no longer wanted: it was used, or its reader erased."""
    link = MailedLink.objects.filter(pk=number, used_at=None).first()
    if link is None:
        return None
    key = new_token()
    expires = at + _life(Purpose(link.purpose))
    MailedLink.objects.filter(pk=number).update(key_hash=_hash(key), made_at=at, expires_at=expires)
    return key


def find(key: str, *purposes: Purpose) -> MailedLink | None:
    """The link of ``key`` if it is for one of ``purposes``, used or expired as it may be."""
    found = MailedLink.objects.filter(key_hash=_hash(key), purpose__in=purposes)
    return found.select_related("subscriber").first()


def use(link: MailedLink, *, at: datetime) -> bool:
    """Use it up; false where it was used or has expired. Call it in the transaction that does what it is for."""
    return MailedLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=at).update(used_at=at) > 0


def forget(*, at: datetime) -> int:
    """Forget the links that expired long ago; how many these were."""
    return MailedLink.objects.filter(expires_at__lt=at - REMEMBERED).delete()[0]


def _life(purpose: Purpose) -> timedelta:
    return CONFIRMS_FOR if purpose == Purpose.CONFIRM else OTHERS_FOR


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
