"""Many people watch a mailing: the rows are counted once for all of them, and the more they are, the more seldom each
of their browsers asks. What is kept here only spares work: each process has its own, and nothing depends on it."""

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from newsletter.delivery import fencing
from newsletter.delivery.engine import somebody_sends
from newsletter.delivery.fencing import Leaving
from newsletter.delivery.ledger import any_open
from newsletter.models import Attempt, Mailing
from newsletter.reports.progress import Look, look
from newsletter.site import Site

FRESH = 1.0
"""Seconds for which one look serves everybody."""
_SHARE = 20
"""A look that took long serves for so many times as long: counting takes up a twentieth of the time at most."""
_WINDOW = 30
"""Looks over which the rate is taken at most: a call settles up to 1,000 at once."""
_LATELY = 60.0
"""Seconds; by what was before, no rate is told."""
_MOST = 50
"""Mailings that are kept in mind."""
EVERY = 2
"""Seconds between two questions of one browser."""
_A_SECOND = 6
"""Questions a second that all of them ask together, about: each takes some milliseconds of a processor, and the sender
needs most of one."""
_SELDOM = 60
"""Seconds between two questions at most."""
_PRESENT = 120.0
"""Seconds after its last question that a browser still counts as watching."""


@dataclass
class _Seen:
    lock: Lock = field(default_factory=Lock)
    looks: deque[Look] = field(default_factory=lambda: deque(maxlen=_WINDOW))
    leaving: Leaving = field(default_factory=lambda: Leaving(0, None))
    until: float = 0.0
    watchers: dict[str, float] = field(default_factory=dict)
    """Who asked -> when."""


_seen: dict[int, _Seen] = {}
_lock = Lock()


def latest(site: Site, mailing: Mailing) -> Look:
    """How ``mailing`` stands, as it was counted at most a moment ago; with the rate of the last half minute."""
    seen = _of(mailing.pk)
    with seen.lock:
        if time.monotonic() >= seen.until:
            began, now = time.monotonic(), datetime.now(UTC)
            while seen.looks and (now - seen.looks[0].at).total_seconds() > _LATELY:
                seen.looks.popleft()
            before = seen.looks[0] if seen.looks else None
            seen.looks.append(look(mailing, now=now, before=before, alone=not somebody_sends(site)))
            seen.leaving = _leaving(mailing, now)
            ended = time.monotonic()
            seen.until = ended + max(FRESH, _SHARE * (ended - began))
        return seen.looks[-1]


def leaving(site: Site, mailing: Mailing) -> Leaving:
    """What the provider has of ``mailing`` and has not let go, as it was counted with ``latest``."""
    latest(site, mailing)
    return _of(mailing.pk).leaving


def standing(site: Site, mailing: Mailing) -> str:
    """The state of ``mailing`` for a list of many, of which most are over: only what is under way is counted."""
    if mailing.state != Mailing.State.RUNNING:
        return mailing.state
    return latest(site, mailing).state if any_open(mailing.pk) else "finished"


def forget(mailing: int) -> None:
    """A person changed something about it: the next look counts anew."""
    seen = _of(mailing)
    with seen.lock:
        seen.until = 0.0
        seen.looks.clear()


def ask_again(mailing: int, who: str) -> int:
    """After how many seconds the browser ``who`` is to ask again."""
    now = time.monotonic()
    watchers = _of(mailing).watchers
    with _lock:
        watchers[who] = now
        for gone in [one for one, at in watchers.items() if now - at > _PRESENT]:
            del watchers[gone]
        return min(max(EVERY, -(-len(watchers) // _A_SECOND)), _SELDOM)


def _leaving(mailing: Mailing, now: datetime) -> Leaving:
    held = Attempt.objects.filter(batch__mailing=mailing, send_at__gt=now)
    return fencing.leaving(mailing, now=now) if held.exists() else Leaving(0, None)


def _of(mailing: int) -> _Seen:
    with _lock:
        if len(_seen) > _MOST:
            _seen.clear()
        return _seen.setdefault(mailing, _Seen())
