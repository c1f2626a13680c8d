"""The log of opt-outs: a file beside the store in which each stands before it is acknowledged.

A store that was restored from a backup has forgotten what came after it; ``replay`` gives it back, so that nobody who
opted out is mailed again. A line holds a time, what was done, the keyed hash of the address or host, the slug of the
list or the reason of the suppression, and the number of the subscription or 0. Lines are only ever added.

``settings.OPTOUT_LOG`` is the path of the file; where it is ``None``, nothing is written and nothing read.
"""

import fcntl
import os
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, cast, get_args

from django.conf import settings
from django.db import transaction

from subscribers import hashing
from subscribers.models import Consent, Import, MailingList, OptOutLog, Subscriber, Subscription, Suppression

Deed = Literal["unsubscribed", "suppressed-address", "suppressed-domain"]
ACTOR = "opt-out log"
"""Who did what a replay does."""
_HEAD = "# opt-outs "
_CHUNK = 2_000


@dataclass(frozen=True)
class OptOut:
    """One line. ``detail`` is the slug of the list, or the reason of the suppression."""

    at: datetime
    deed: Deed
    value_hash: str
    detail: str
    subscription: int = 0

    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.at.isoformat()} {self.deed} {self.value_hash} {self.detail} {self.subscription}\n"


def unsubscribed(subscription: Subscription, at: datetime) -> OptOut:
    """The reader of ``subscription`` left its list."""
    hashed = hashing.value_hash(subscription.subscriber.email_norm)
    return OptOut(at, "unsubscribed", hashed, subscription.list.slug, subscription.pk)


def of_import(run: Import) -> list[OptOut]:
    """What an import took from people who were on a list or could have been."""
    left = Consent.objects.filter(imported_by=run, action=Consent.Action.UNSUBSCRIBED)
    rows = list(left.values_list("subscription_id", "subscription__subscriber__email_norm"))
    hashes = hashing.value_hashes(norm for _, norm in rows)
    never = Suppression.objects.filter(kind=Suppression.Kind.ADDRESS, at=run.at, actor=run.actor, lifted_at=None)
    return [
        *(
            OptOut(run.at, "unsubscribed", value, run.list.slug, pk)
            for value, (pk, _) in zip(hashes, rows, strict=True)
        ),
        *(OptOut(run.at, "suppressed-address", *row) for row in never.values_list("value_hash", "reason")),
    ]


def append(optouts: Collection[OptOut]) -> None:
    """Write them down for good; they are on the disk when this returns. Call it before the transaction is committed.

    Raises ``OSError``: then the opt-out must not be acknowledged.
    """
    path = _path()
    if path is None or not optouts:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
        size = file.seek(0, os.SEEK_END)
        start = f"{_HEAD}{secrets.token_urlsafe(16)}\n" if size == 0 else ""
        if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
            start = "\n"  # a line was cut off; what is new stands on a line of its own
        file.write((start + "".join(one.line() for one in optouts)).encode())
        file.flush()
        os.fsync(file.fileno())
        if size == 0:
            _sync(path.parent)


def replay(*, whole: bool = False) -> int:
    """Do again what the log says and the store does not know; how many that were.

    Only what was added since the last replay into this store is looked at, or all of it where ``whole``. Who came back
    by their own word after they opted out stays.
    """
    path = _path()
    if path is None or not path.exists():
        return 0
    with path.open("rb") as file:
        name = file.readline().decode(errors="replace").removeprefix(_HEAD).strip()[:64]
        seen = OptOutLog.objects.filter(name=name).values_list("seen", flat=True).first() or 0
        end = file.seek(0, os.SEEK_END)
        if end == seen and not whole:
            return 0
        missing = _missing(_read(file, 0 if whole or end < seen else seen))
    with transaction.atomic():
        done = _do_again(missing) if missing else 0
        OptOutLog.objects.update_or_create(name=name, defaults={"seen": end})
    return done


def _path() -> Path | None:
    return getattr(settings, "OPTOUT_LOG", None)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(file: IO[bytes], start: int) -> Iterator[OptOut]:
    """The whole lines from ``start`` on; one that was cut off says nothing."""
    file.seek(start)
    for line in file:
        words = line.decode(errors="replace").split()
        if not line.endswith(b"\n") or len(words) != 5:
            continue
        at, deed, value_hash, detail, number = words
        if deed in get_args(Deed) and number.isdecimal():
            yield OptOut(datetime.fromisoformat(at), cast(Deed, deed), value_hash, detail, int(number))


def _missing(optouts: Iterator[OptOut]) -> list[OptOut]:
    """Those of which the store has no trace."""
    return [one for one in optouts if not _known(one)]


def _known(one: OptOut) -> bool:
    if one.deed == "unsubscribed":
        evidence = Consent.objects.filter(subscription=one.subscription, action=Consent.Action.UNSUBSCRIBED)
        return evidence.filter(at=one.at).exists()
    row = _suppression(one)
    if row is None or (one.detail == Suppression.Reason.ERASED != row.reason and row.at <= one.at):
        return False
    return row.lifted_at is None or row.lifted_at >= one.at


def _suppression(one: OptOut) -> Suppression | None:
    kind = Suppression.Kind.DOMAIN if one.deed == "suppressed-domain" else Suppression.Kind.ADDRESS
    return Suppression.objects.filter(kind=kind, value_hash=one.value_hash).first()


def _do_again(optouts: list[OptOut]) -> int:
    from subscribers import erasure  # noqa: PLC0415  (which itself writes into the log)

    readers = _readers({one.value_hash for one in optouts if one.deed == "unsubscribed" or _erased(one)})
    lists = {found.slug: found for found in MailingList.objects.all()}
    done = 0
    for one in optouts:
        if _erased(one) and one.value_hash in readers:
            erasure.erase(Subscriber.objects.get(pk=readers.pop(one.value_hash)), at=one.at, actor=ACTOR)
            done += 1
        elif one.deed != "unsubscribed":
            done += _suppress_again(one, one.detail)
        elif one.value_hash in readers and one.detail in lists:
            done += _unsubscribe_again(one, readers[one.value_hash], lists[one.detail])
        else:  # the store does not know them; a list that is imported again must not bring them back
            done += _suppress_again(one, Suppression.Reason.UNSUBSCRIBED)
    return done


def _erased(one: OptOut) -> bool:
    return one.deed == "suppressed-address" and one.detail == Suppression.Reason.ERASED


def _readers(hashes: set[str]) -> dict[str, int]:
    """The subscribers of these hashes: all addresses are hashed, once."""
    found: dict[str, int] = {}
    last = 0
    rows = Subscriber.objects.order_by("pk").values_list("pk", "email_norm")
    while hashes and (page := list(rows.filter(pk__gt=last)[:_CHUNK])):
        values = hashing.value_hashes([norm for _, norm in page])
        found |= {value: pk for value, (pk, _) in zip(values, page, strict=True) if value in hashes}
        last = page[-1][0]
    return found


def _unsubscribe_again(one: OptOut, reader: int, mailing_list: MailingList) -> bool:
    own_word = (Consent.Action.SUBSCRIBED, Consent.Action.CONFIRMED, Consent.Action.RESUBSCRIBED)
    subscription, _ = Subscription.objects.get_or_create(
        subscriber_id=reader, list=mailing_list, defaults={"state": Subscription.State.UNSUBSCRIBED}
    )
    evidence = subscription.consents
    if evidence.filter(action=Consent.Action.UNSUBSCRIBED, at=one.at).exists():
        return False
    if evidence.filter(action__in=own_word, at__gt=one.at).exists():
        return False
    Subscription.objects.filter(pk=subscription.pk).update(state=Subscription.State.UNSUBSCRIBED)
    Consent.objects.create(subscription=subscription, action=Consent.Action.UNSUBSCRIBED, at=one.at, source=ACTOR)
    return True


def _suppress_again(one: OptOut, reason: str) -> bool:
    row = _suppression(one)
    entry = {"reason": Suppression.Reason(reason), "actor": ACTOR, "at": one.at}
    if row is None:
        kind = Suppression.Kind.DOMAIN if one.deed == "suppressed-domain" else Suppression.Kind.ADDRESS
        Suppression.objects.create(kind=kind, value_hash=one.value_hash, **entry)
        return True
    if row.lifted_at is not None and row.lifted_at >= one.at:
        return False
    if row.lifted_at is None and not _erased(one):
        return False
    Suppression.objects.filter(pk=row.pk).update(**entry, lifted_at=None)
    return True
