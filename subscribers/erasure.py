"""Forgetting a reader (GDPR, article 17): all that is left is a keyed hash, by which no import brings them back."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from subscribers import suppression
from subscribers.hashing import value_hash
from subscribers.models import SignUp, Subscriber, Suppression
from subscribers.stores import on_postgres

_REGISTERED: list[Callable[[Subscriber], None]] = []
_BEFORE: list[Callable[[Subscriber], None]] = []


def register(forget: Callable[[Subscriber], None], *, before: Callable[[Subscriber], None] | None = None) -> None:
    """Add what others do to forget a reader: ``forget`` in the transaction, while the subscriber is still there;
    ``before`` it, what takes too long for it."""
    _REGISTERED.append(forget)
    if before:
        _BEFORE.append(before)


def erase(subscriber: Subscriber, *, at: datetime, actor: str) -> None:
    """Forget ``subscriber``. They are not mailed any more from the moment that this is committed.

    What hangs on them goes with them: subscriptions, evidence, topics, links, rows of imports; and forms with their
    address that nobody has looked at yet.

    Raises ``OSError`` where the log of opt-outs cannot be written; then nothing is changed.
    """
    _overwrite()
    for look in _BEFORE:
        look(subscriber)
    with transaction.atomic():
        for forget in _REGISTERED:
            forget(subscriber)
        hashed = value_hash(subscriber.email_norm)
        suppression.suppress_hash(hashed, reason=Suppression.Reason.ERASED, actor=actor, at=at)
        SignUp.objects.filter(Q(email__iexact=subscriber.email) | Q(email__iexact=subscriber.email_norm)).delete()
        subscriber.delete()
    _checkpoint()


def _overwrite() -> None:
    """SQLite leaves deleted rows in the file until something else is written there; with this it does not
    (https://www.sqlite.org/pragma.html#pragma_secure_delete)."""
    if not on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _checkpoint() -> None:
    """The write-ahead log still holds the pages as they were. Where somebody reads, a later checkpoint does it."""
    if not on_postgres() and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
