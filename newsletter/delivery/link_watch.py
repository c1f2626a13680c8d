"""Looks at the links of issues that were mailed, until each event and deadline in them is over, and tells the editor by
mail when one broke: once, until it works again.

A page that is gone is told at once; one that only could not be reached, once it cannot be reached at the next look.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.checks.answers import Visit
from newsletter.checks.rules.link_live import faults_of
from newsletter.checks.texts import texts_of
from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError
from newsletter.issue.until import item_until, until
from newsletter.models import Mailing, Notice
from newsletter.outside import kept, links
from newsletter.site import Site
from newsletter.store.rendering import issues_of

FILE = "watched.json"
EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""What could not be reached is told when it could not so long before, either."""
Follow = Callable[[Site, Collection[str]], Mapping[str, Visit]]


@dataclass(frozen=True)
class Watched:
    """A mailed issue of which something is still to come, or was asked for."""

    slug: str
    title: str
    until: datetime | None
    """When the last of it is over."""
    urls: tuple[str, ...]


@dataclass(frozen=True)
class Broken:
    """A link that a mailed issue holds and that does not work."""

    slug: str
    url: str
    said: str
    new: bool
    """The editor was not told yet."""


def watched(site: Site, slugs: Collection[str] = (), *, now: datetime) -> list[Watched]:
    """The mailed issues of which something is still to come, those of ``slugs`` alone if there are any, the newest
    first."""
    mailings = Mailing.objects.filter(dry_run=False).exclude(state=Mailing.State.CANCELLED)
    if slugs:
        mailings = mailings.filter(revision__issue__slug__in=slugs)
    found: dict[str, Watched] = {}
    for mailing in mailings.select_related("revision__issue").order_by("-started_at", "-pk").iterator():
        slug = mailing.revision.issue.slug
        if slug in found:
            continue
        try:
            issues = issues_of(mailing.revision)
        except IssueError:  # it was written by another version
            continue
        end = max((last for issue in issues if (last := until(issue))), default=None)
        urls = _urls(site, issues, now) if end and end > now else ()
        found[slug] = Watched(slug, issues[0].title, end, urls)
    return [one for one in found.values() if one.urls]


def look(site: Site, issues: Iterable[Watched], *, now: datetime, follow: Follow) -> list[Broken]:
    """Follow the links of ``issues``, write down a mail to the editor about those that broke, and say which these
    are."""
    seen = list(issues)
    visits = follow(site, list(dict.fromkeys(url for one in seen for url in one.urls)))
    kept.keep(site, visits, now=now)
    memory = _remembered(site)
    found = []
    for one in seen:
        broken = [fault for url in one.urls if (fault := _fault(one.slug, url, visits.get(url), memory, now))]
        _tell(site, one, [fault for fault in broken if fault.new], now)
        found += broken
    for url, visit in visits.items():
        if _level(url, visit) is None:
            memory.pop(url, None)
        else:
            entry = memory.setdefault(url, {"since": now.isoformat(), "told": []})
            entry["told"] = sorted({*entry["told"], *(one.slug for one in found if one.url == url)})
    _remember(site, memory)
    return found


def is_due(site: Site, *, now: datetime) -> bool:
    """Whether nobody looked for a day."""
    try:
        return now.timestamp() - (site.data / FILE).stat().st_mtime >= EVERY.total_seconds()
    except OSError:
        return True


def _urls(site: Site, issues: Iterable[Issue], now: datetime) -> tuple[str, ...]:
    """The links of all that is not over; what has no time of its own lasts as long as the issue."""
    own = urlsplit(site.settings.site.base_url).hostname or ""
    found: list[str] = []
    for issue in issues:
        ends = {item.id: item_until(item, issue.timezone) for item in issue.items}
        over = {key for key, end in ends.items() if end and end <= now}
        found += links.written_in(tuple(text for text in texts_of(issue) if text.place.item not in over), own)
    return tuple(dict.fromkeys(found))


def _level(url: str, visit: Visit) -> str | None:
    """``gone`` where a page is, ``away`` where it could not be reached."""
    level, _ = _worst(url, visit)
    away = (visit.status or 0) >= 500 or (visit.fault is not None and level == "warning")
    return "gone" if level == "error" else "away" if away else None


def _worst(url: str, visit: Visit) -> tuple[str, str]:
    faults = [(level, said) for level, said, _ in faults_of(url, visit)]
    return next((one for one in faults if one[0] == "error"), faults[0] if faults else ("", ""))


def _fault(slug: str, url: str, visit: Visit | None, memory: Mapping[str, dict], now: datetime) -> Broken | None:  # type: ignore[type-arg]
    level = _level(url, visit) if visit else None
    if visit is None or level is None:
        return None
    before = memory.get(url)
    if level == "away" and (before is None or now - datetime.fromisoformat(before["since"]) < AGAIN):
        return None
    return Broken(slug, url, _worst(url, visit)[1], before is None or slug not in before["told"])


def _tell(site: Site, one: Watched, broken: list[Broken], now: datetime) -> None:
    sender = site.settings.sender
    address = site.settings.delivery.notify or sender.reply_to or sender.email
    if not broken or address is None:
        return
    subject = f"{one.title}: a link broke" if len(broken) == 1 else f"{one.title}: {len(broken)} links broke"
    lines = [f"Readers of '{one.title}' find this behind its links since it was mailed:", ""]
    lines += [f"{fault.url}\n  {fault.said}\n" for fault in broken]
    lines += ["The mail cannot be changed any more. What helps: have the page put back or redirected, or mail a note."]
    urls = "\n".join([f"{now:%Y-%m-%d}", *(fault.url for fault in broken)])
    Notice.objects.get_or_create(
        key=f"links/{one.slug}/{sha256(urls.encode()).hexdigest()[:16]}",
        defaults={
            "kind": "links",
            "address": address,
            "values": {"subject": subject, "text": "\n".join(lines)},
            "state": Notice.State.WAITING,
            "attempt_at": now,
        },
    )


def _remembered(site: Site) -> dict[str, dict]:  # type: ignore[type-arg]
    try:
        found = json.loads((site.data / FILE).read_text(encoding="utf-8"))
        return {url: {"since": str(one["since"]), "told": list(one["told"])} for url, one in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _remember(site: Site, memory: Mapping[str, object]) -> None:
    path: Path = site.data / FILE
    with suppress(OSError):
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(memory), encoding="utf-8")
        fresh.replace(path)
