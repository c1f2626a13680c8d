"""Whether a site is well: each thing that can be looked at without asking anybody else, with what to do about it."""

import platform
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.db import OperationalError, connection
from django.db.models import Max, Min
from django.utils.timesince import timesince

from newsletter.delivery import stalls
from newsletter.delivery.ledger import due_at
from newsletter.delivery.providers.registry import provider_for
from newsletter.events import mail, mailbox
from newsletter.models import Account, Attempt, Batch, Mailing, Role, WebhookInbox
from newsletter.site import Site
from newsletter.store import second_factor
from newsletter.store.backup import last_backup
from newsletter.version import version
from subscribers.stores import on_postgres

GOOD, WARNING, BAD = "good", "warning", "bad"
LOOK_SECONDS = 2.0
"""So long the store is looked through; a large one takes longer, and is only looked at in part."""
LATE = timedelta(minutes=2)
"""After so long a batch that is due and that nobody takes is late."""
OLD_BACKUP = timedelta(days=8)


@dataclass(frozen=True)
class Line:
    """One thing: what it is, how it is (``level``), what was found, and what to do where it is not good."""

    what: str
    level: str
    said: str
    mend: str = ""


def look(site: Site, *, now: datetime) -> list[Line]:
    """Everything that can be seen from here. Nobody outside is asked."""
    return [
        *_store(),
        _disk(site.data),
        *_sending(now),
        _provider(site),
        _address(site),
        *_told(site, now),
        _backup(site, now),
        _people(site),
        Line("Versions", GOOD, _versions()),
    ]


def _store() -> Iterator[Line]:
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            [size] = cursor.fetchone()
        yield Line("Store", GOOD, f"PostgreSQL answers; the database has {_bytes(size)}.")
        return
    path = Path(str(connection.settings_dict["NAME"]))
    size = sum(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.is_file())
    found = _integrity()
    said = f"SQLite, {_bytes(size)}."
    if found == "ok":
        yield Line("Store", GOOD, f"{said} It is sound.")
    elif found:
        yield Line("Store", BAD, f"{said} It is damaged: {found}", "Stop the site and restore the last backup.")
    else:
        yield Line("Store", GOOD, f"{said} No damage was seen in {LOOK_SECONDS:.0f} seconds of looking through it.")


def _integrity() -> str:
    """``ok``, what is wrong, or nothing where there was no time to say
    (https://www.sqlite.org/pragma.html#pragma_quick_check)."""
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    until = time.monotonic() + LOOK_SECONDS
    raw.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            return str(cursor.fetchone()[0])[:200]
    except OperationalError as error:
        return "" if "interrupted" in str(error) else str(error)[:200]
    finally:
        raw.set_progress_handler(None, 0)


def _disk(folder: Path) -> Line:
    free = shutil.disk_usage(folder).free
    level = BAD if free < 200_000_000 else WARNING if free < 1_000_000_000 else GOOD
    mend = "" if level == GOOD else "Make room: where the disk is full, neither opt-outs nor mailings can be kept."
    return Line("Disk", level, f"{_bytes(free)} are free.", mend)


def _sending(now: datetime) -> Iterator[Line]:
    if on_postgres():
        yield _workers()
    running = Mailing.objects.filter(state=Mailing.State.RUNNING)
    late = Batch.objects.filter(due_at(now - LATE), mailing__in=running)
    last = Attempt.objects.aggregate(last=Max("started_at"))["last"]
    said = f"The last call to a provider was {_ago(last, now)}." if last else "Nothing was mailed yet."
    if late.exists() and not stalls.at_work(Batch.objects.all(), now=now).exists():
        mend = "newsletter worker" if on_postgres() else "newsletter serve"
        yield Line("Sending", BAD, f"Mails are due, and nobody sends them. {said}", f"Start it: {mend}")
    else:
        yield Line("Sending", GOOD, said)
    paused = Mailing.objects.filter(state=Mailing.State.PAUSED).count()
    if paused:
        yield Line("Paused mailings", WARNING, f"{paused} wait for somebody.", "Look at them under Mailings.")


def _workers() -> Line:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"
        )
        [alive] = cursor.fetchone()
    if alive:
        return Line("Workers", GOOD, f"{alive} {'is' if alive == 1 else 'are'} at work.")
    return Line("Workers", BAD, "None gives a sign of life.", "Start one: newsletter worker")


def _provider(site: Site) -> Line:
    provider = provider_for(site)
    name = site.settings.delivery.provider
    try:
        problems = provider.check()
    finally:
        provider.close()
    if problems:
        return Line("Provider", BAD, f"{name} cannot be used: {'; '.join(problems)}.", "Mend it under Settings.")
    if name == "outbox":
        return Line("Provider", WARNING, "Mails go into a folder on this machine, and to nobody.", "Choose another.")
    return Line("Provider", GOOD, f"The settings of {name} are complete.")


def _address(site: Site) -> Line:
    parts = urlsplit(site.settings.site.base_url)
    if parts.hostname in {"localhost", "127.0.0.1"}:
        said = f"Links lead to {site.settings.site.base_url}, which only this machine reaches."
        return Line("Public address", WARNING, said, "Set the public address under Settings before you mail people.")
    if parts.scheme != "https":
        return Line("Public address", BAD, f"{site.settings.site.base_url} is not https.", "Put it behind https.")
    return Line("Public address", GOOD, f"Links lead to {site.settings.site.base_url}.")


def _told(site: Site, now: datetime) -> Iterator[Line]:
    rows = WebhookInbox.objects.exclude(provider=mail.NAME)
    last = rows.aggregate(last=Max("received_at"))["last"]
    if last or site.settings.delivery.provider == "sendgrid":
        if not last:
            yield Line("Webhook", WARNING, "Nothing came in yet.", "See docs/howto/hear-back.md.")
        else:
            yield Line("Webhook", GOOD, f"The last one came in {_ago(last, now)}.")
    if mailbox.configured(site):
        last = WebhookInbox.objects.filter(provider=mail.NAME).aggregate(last=Max("received_at"))["last"]
        said = f"The last mail was read {_ago(last, now)}." if last else "No mail was in it yet."
        yield Line("Mailbox for bounces", GOOD, said)
    elif site.settings.delivery.provider == "smtp":
        said = "Nobody reads what comes back."
        yield Line("Mailbox for bounces", WARNING, said, "Name the mailbox under Settings, Mailbox for bounces.")
    waits = WebhookInbox.objects.filter(done_at=None).aggregate(first=Min("received_at"))["first"]
    if waits and now - waits > timedelta(minutes=10):
        said = f"What came in {_ago(waits, now)} was not looked into yet."
        yield Line("What is told back", BAD, said, "Start 'newsletter serve', or a worker.")


def _backup(site: Site, now: datetime) -> Line:
    made = last_backup(site)
    if made is None:
        return Line("Backup", WARNING, "None was made here yet.", "newsletter backup FILE (docs/howto/back-up.md)")
    level = GOOD if now - made < OLD_BACKUP else WARNING
    return Line("Backup", level, f"The last one was made {_ago(made, now)}.", "" if level == GOOD else "Make one.")


def _people(site: Site) -> Line:
    administrators = [one for one in Account.objects.filter(is_active=True) if Role.ADMINISTRATOR in one.roles]
    without = [one.name for one in administrators if not second_factor.has_one(one)]
    if not without:
        return Line("Second factor", GOOD, "Every administrator has one.")
    said = f"Not with {', '.join(without[:5])}, who may do everything."
    return Line(
        "Second factor", WARNING, said, "Set it up at your account; Settings, Desk can require it of everybody."
    )


def _versions() -> str:
    database = f"SQLite {sqlite3.sqlite_version}"
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0]}"
    return f"newsletter {version()}, Python {platform.python_version()}, Django {django.get_version()}, {database}."


def _ago(at: datetime, now: datetime) -> str:
    return f"{timesince(at, now, depth=1)} ago".replace("\xa0", " ") if now - at > timedelta(minutes=1) else "just now"


def _bytes(number: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1_000:
            return f"{number:,.0f} {unit}"
        number /= 1_000
    return f"{number:,.1f} TB"
