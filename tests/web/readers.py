"""Readers of a site whose pages are asked for in this process, and the mails that they get."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from newsletter.delivery.reader_notices import send_waiting
from newsletter.site import Site
from subscribers.models import MailingList, Subscriber, Subscription


def make_lists() -> list[MailingList]:
    """``news`` and ``alerts`` are public; ``board`` is not; ``alerts`` asks for no confirmation."""
    return [
        MailingList.objects.create(
            slug=slug, name=slug.capitalize(), public=slug != "board", double_opt_in=slug != "alerts"
        )
        for slug in ("news", "alerts", "board")
    ]


def make_reader(mailing_list: MailingList, email: str = "ana@example.org") -> Subscription:
    """On the list, and reads English."""
    reader = Subscriber.objects.create(email=email, email_norm=email, language="en")
    return Subscription.objects.create(subscriber=reader, list=mailing_list, state="active")


def send(site: Site, *, at: datetime | None = None) -> list[Any]:
    """Send what waits; all mails to readers so far, the oldest first."""
    send_waiting(site, now=lambda: at or datetime.now(UTC))
    new = site.notices / "new"
    files: list[Path] = sorted(new.iterdir(), key=lambda one: one.stat().st_mtime_ns) if new.is_dir() else []
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def links_in(mail: Any) -> list[str]:
    """The paths of the site's own links in both parts."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return sorted(set(re.findall(r"https://news\.example\.org(/[^\s\"<>]*)", "".join(parts))))
