"""Notices that a store is a copy, or was restored from a backup, before anything is sent from it again.

Three things tell: the attempt in ``data/stamp`` that the store does not know; that the store was put back less often
than the stamp says; and the identity of the place where the store is. For SQLite that is the time at which the file
``data/origin`` came to be on this disk (its ctime), which no copy takes along, and the inode of the store: rsync leaves
``data/origin`` alone where it finds it unchanged, but puts another file in the place of the store. For PostgreSQL it is
the identifier of the server's data, the number of the database, and that of a table: a backup that is read back into
the same database makes its tables anew.

A folder that is moved on its disk keeps all that. A chmod or chown of ``data/origin`` changes its ctime, and so do
copies that are written over it; nothing tells the two apart, and the second must not be missed.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef

from newsletter.delivery import journal
from newsletter.delivery.ledger import OPEN, SYSTEM, State
from newsletter.delivery.stamp import Stamp, last_attempt, last_life
from newsletter.models import Attempt, Batch, Delivery, Mailing
from newsletter.models import Site as SiteRow
from newsletter.site import Site
from subscribers import optouts

COPY = "this store is a copy of another one, or was restored from a backup (or its files were given other rights)"
OLDER = "this store was restored from a backup: more was sent than it knows of"
_LIFE = ", put back "
_WORDS = """\
By the time at which this file was made the store knows that it is no copy.
If it is lost or touched, also by chmod or chown, mailings that are under way open paused.
"""


@dataclass(frozen=True)
class Opened:
    """What was found when the store was opened. ``reason`` is empty where all was well."""

    reason: str = ""
    mailings: tuple[int, ...] = ()
    """These are paused now; nobody of them is sent anything by itself."""
    opt_outs: int = 0
    """So many that the store did not know were done again."""


def check(site: Site, *, now: datetime) -> Opened:
    """Look whether the store is where it was and as new as it was, and make good what can be.

    If it is not, every mailing that is under way is paused, and whoever was still to be mailed is ``unknown``, because
    the store that this one was made from may have mailed them. To do so again changes nothing.
    """
    site.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = _place(site)
    known, life = _known()
    reason = _reason(site, place, known, life)
    if not reason:
        if last_attempt(site) is None or last_life(site) < life:
            _adopt(site, place, life)
        return Opened(opt_outs=optouts.replay())
    mailings = tuple(_under_way())
    for mailing in mailings:
        _pause(mailing, reason, now)
    for batch in Delivery.objects.filter(state=State.SUBMITTING).values_list("batch", flat=True).distinct():
        _give_up(batch, reason, now)
    opt_outs = optouts.replay(whole=True)
    _adopt(site, place, max(life, last_life(site)) + 1)
    return Opened(reason, mailings, opt_outs)


def restored(site: Site, *, now: datetime) -> Opened:
    """The same where it is known that the store was just restored, and may not tell it by itself."""
    SiteRow.objects.update_or_create(pk=1, defaults={"identifier": "restored"})
    return check(site, now=now)


def _known() -> tuple[str, int]:
    """Where the store knows itself to be, nothing for a new one; and how often it was put back."""
    identifier = SiteRow.objects.values_list("identifier", flat=True).first() or ""
    place, _, life = identifier.partition(_LIFE)
    return place, int(life or 0)


def _reason(site: Site, place: str, known: str, life: int) -> str:
    stamped = last_attempt(site)  # read first: an attempt is committed before it is stamped
    if life < last_life(site) or (stamped and not Attempt.objects.filter(pk=stamped).exists()):
        return OLDER
    return COPY if known not in {"", place} else ""


def _adopt(site: Site, place: str, life: int) -> None:
    """From now on the store belongs here."""
    identifier = f"{place}{_LIFE}{life}" if life else place
    SiteRow.objects.update_or_create(pk=1, defaults={"identifier": identifier})
    stamp = Stamp(site)
    try:
        stamp.reset(Attempt.objects.aggregate(last=Max("pk"))["last"] or 0, life)
    finally:
        stamp.close()


def _place(site: Site) -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT system_identifier, d.oid, %s::regclass::oid FROM pg_control_system(), pg_database d "
                "WHERE d.datname = current_database()",
                [SiteRow._meta.db_table],
            )
            return "postgresql {} {} {}".format(*cursor.fetchone())
    origin = site.data / "origin"
    if not origin.exists():
        descriptor = os.open(origin, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(_WORDS)
            file.flush()
            os.fsync(descriptor)
    store = Path(str(connection.settings_dict["NAME"]))
    return f"sqlite {origin.stat().st_ctime_ns} {store.stat().st_ino if store.is_file() else 0}"


def _under_way() -> list[int]:
    waiting = Exists(Delivery.objects.filter(mailing=OuterRef("pk"), state__in=OPEN))
    mailings = Mailing.objects.exclude(state=Mailing.State.CANCELLED).filter(waiting)
    return list(mailings.order_by("pk").values_list("pk", flat=True))


def _pause(mailing: int, reason: str, now: datetime) -> None:
    Mailing.objects.filter(pk=mailing).update(state=Mailing.State.PAUSED, reason=reason)
    journal.warn("mailing", mailing=mailing, state="paused", reason=reason)
    for batch in Batch.objects.filter(mailing=mailing).exclude(state=Batch.State.DONE).values_list("pk", flat=True):
        _give_up(batch, reason, now)


def _give_up(batch: int, reason: str, now: datetime) -> None:
    """The rows of a batch without an end state are unknown; whoever held the batch has lost it."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch).update(fence=F("fence") + 1, state=Batch.State.DONE, lease_until=None)
        Delivery.objects.filter(batch=batch, state__in=OPEN).update(
            state=State.UNKNOWN, reason=f"{reason}; whether it was sent since is not known", actor=SYSTEM, at=now
        )
        Attempt.objects.filter(batch=batch, ended_at=None).update(outcome="lost", ended_at=now)
