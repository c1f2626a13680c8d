"""The mailbox to which mails come back: a Maildir, or a folder over IMAP.

Each mail is kept in the inbox and committed before the mailbox is touched; then it is marked as seen, and stays where
it is. Whoever dies between the two reads the mail again, and what it tells counts once.
"""

import imaplib
import os
import ssl
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from newsletter.events import inbox, mail
from newsletter.settings_events import BouncesSection
from newsletter.site import Site

MOST = 500
"""Mails of one pass."""
TIMEOUT = 30.0
"""Seconds for each answer of an IMAP server."""


class MailboxError(Exception):
    """The mailbox cannot be read; the message says why and names no address."""


def configured(site: Site) -> bool:
    """Whether the site has such a mailbox."""
    return bool(site.settings.bounces.maildir or site.settings.bounces.host)


def read(site: Site, *, now: datetime, stop: Callable[[], bool] = lambda: False) -> int:
    """Take the new mails into the inbox, up to ``MOST``; how many these are. Raises ``MailboxError``."""
    settings = site.settings.bounces
    if settings.maildir:
        return _read_maildir(site.root / settings.maildir, now, stop)
    return _read_imap(settings, now, stop) if settings.host else 0


def _read_maildir(folder: Path, now: datetime, stop: Callable[[], bool]) -> int:
    number = 0
    try:
        for path in _unseen(folder):
            if stop() or number >= MOST:
                break
            number += _take_file(folder, path, now)
    except OSError as error:
        raise MailboxError(f"the Maildir of [bounces] cannot be read: {error.strerror}") from None
    return number


def _unseen(folder: Path) -> Iterator[Path]:
    """What nobody has seen (https://cr.yp.to/proto/maildir.html): all in new, and in cur without the flag S."""
    yield from sorted((folder / "new").iterdir())
    for path in sorted((folder / "cur").iterdir()):
        if "S" not in path.name.rpartition(":2,")[2] or ":2," not in path.name:
            yield path


def _take_file(folder: Path, path: Path, now: datetime) -> int:
    try:
        if path.name.startswith(".") or not stat.S_ISREG(path.lstat().st_mode):
            return 0
        with path.open("rb") as file:
            raw = file.read(mail.SIZE)
    except FileNotFoundError:  # somebody else reads here, too
        return 0
    inbox.take(mail.NAME, raw, at=now)
    name, _, flags = path.name.partition(":2,")
    try:
        os.rename(path, folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}")  # noqa: PTH104
    except FileNotFoundError:
        return 0
    return 1


def _read_imap(settings: BouncesSection, now: datetime, stop: Callable[[], bool]) -> int:
    try:
        with _imap(settings) as server:
            _asked(server.select(_quoted(settings.folder)))
            [found] = _asked(server.uid("SEARCH", "UNSEEN"))
            number = 0
            for uid in (found or b"").split()[:MOST]:
                if stop():
                    break
                answer = _asked(server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{mail.SIZE}>)"))
                raw = next((one[1] for one in answer if isinstance(one, tuple)), None)
                if raw is not None:
                    inbox.take(mail.NAME, raw, at=now)
                    number += 1
                _asked(server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))
            return number
    except (imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
        raise MailboxError(f"the IMAP mailbox of [bounces] cannot be read: {type(error).__name__}") from None


@contextmanager
def _imap(settings: BouncesSection) -> Iterator[imaplib.IMAP4]:
    host, password = settings.host or "", settings.password
    if not settings.user or password is None:
        raise MailboxError("[bounces] needs user (newsletter.toml) and password (secrets.toml) for IMAP")
    if settings.tls == "none" and not _is_loopback(host):
        raise MailboxError('tls = "none" under [bounces] would send the password in the clear: use "tls" or "starttls"')
    context = ssl.create_default_context()
    server: imaplib.IMAP4
    if settings.tls == "tls":
        server = imaplib.IMAP4_SSL(host, settings.port, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, settings.port, timeout=TIMEOUT)
    with server:
        if settings.tls == "starttls":
            server.starttls(context)
        server.login(settings.user, password.get_secret_value())
        yield server


def _asked(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error
    return data


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
