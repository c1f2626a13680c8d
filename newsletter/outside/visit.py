"""Follows a link as a reader would, redirects and all, and says what is there."""

import html
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import urldefrag, urljoin, urlsplit

from newsletter.checks.addresses import host_of
from newsletter.checks.answers import Fault, Visit
from newsletter.outside.hop import Answer, Failed, Limits, get, host_key, parts_of
from newsletter.outside.names import Names

REDIRECTS = 5
AT_ONCE = 8
"""Hosts that are asked at the same time; each gets one question at a time."""
_TITLE = re.compile(rb"<title[^>]*>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"\w+")
_ALIKE = 0.9
"""Share of the words of two pages that they have in common, from which on they are alike."""


class Visitor:
    """Follows links. One is for one run: what a host answers to an address that nobody can have made is kept."""

    def __init__(
        self, names: Names, limits: Limits, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._names, self._limits, self._now = names, limits, now
        self._lock = Lock()
        self._hosts: dict[str, Lock] = {}
        self._nowhere: dict[str, tuple[str, frozenset[str]] | None] = {}

    def visit_all(self, urls: Iterable[str], *, told: Callable[[str], None] = lambda _: None) -> dict[str, Visit]:
        """What is behind each of ``urls``, several hosts at once; ``told`` hears of each that is done."""
        by_host: dict[str, list[str]] = {}
        for url in dict.fromkeys(urls):
            by_host.setdefault(host_of(url), []).append(url)
        found: dict[str, Visit] = {}

        def follow(alike: list[str]) -> None:
            for url in alike:
                found[url] = self.visit(url)
                told(url)

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as pool:
            for done in as_completed([pool.submit(follow, alike) for alike in by_host.values()]):
                done.result()
        return found

    def visit(self, url: str) -> Visit:
        """What is behind ``url``. Raises nothing."""
        begun, at = time.monotonic(), self._now()
        hops: list[str] = []
        try:
            answer, expires = self._follow(url, hops)
        except Failed as error:
            spent = time.monotonic() - begun
            return Visit(at, fault=error.fault, said=error.said, hops=tuple(hops), seconds=round(spent, 2))
        spent = time.monotonic() - begun
        arrived = hops[-1] if hops else url
        alike = answer.status == 200 and bool(answer.body) and self._is_alike(arrived, answer)
        return Visit(
            at,
            status=answer.status,
            hops=tuple(hops),
            title=_title(answer),
            seconds=round(spent, 2),
            expires=expires,
            alike=alike,
        )

    def _follow(self, url: str, hops: list[str]) -> tuple[Answer, datetime | None]:
        """The last answer, and when the first certificate on the way runs out."""
        here, expiries = _without_part(url), []
        seen = {here}
        while True:
            answer = self._ask(here)
            expiries += [answer.expires] if answer.expires else []
            if answer.status not in {301, 302, 303, 307, 308} or not answer.location:
                return answer, min(expiries, default=None)
            hops.append(there := _joined(here, answer.location.strip()))
            here = _without_part(there)
            if here in seen or len(hops) > REDIRECTS:
                raise Failed(Fault.LOOP)
            seen.add(here)

    def _ask(self, url: str) -> Answer:
        with self._one_at_a_time(host_key(parts_of(url))):
            return get(url, self._names, self._limits)

    @contextmanager
    def _one_at_a_time(self, host: str) -> Iterator[None]:
        with self._lock:
            lock = self._hosts.setdefault(host, Lock())
        with lock:
            yield

    def _is_alike(self, url: str, answer: Answer) -> bool:
        """Whether an address beside ``url`` that nobody can have made answers with the same page: then nobody can tell
        whether this one is there. The front page of a site is always there."""
        parts = urlsplit(url)
        if not parts.path.strip("/"):
            return False
        beside = parts._replace(
            path=parts.path.rstrip("/").rpartition("/")[0] + f"/{secrets.token_hex(8)}", query="", fragment=""
        )
        folder = beside.geturl().rpartition("/")[0]
        if folder not in self._nowhere:
            try:
                other, _ = self._follow(beside.geturl(), [])
                ok = other.status == 200 and other.body
                self._nowhere[folder] = (_title(other), _words(other)) if ok else None
            except Failed:
                self._nowhere[folder] = None
        nowhere = self._nowhere[folder]
        if nowhere is None:
            return False
        title, words = nowhere
        own = _words(answer)
        return title == _title(answer) and len(own & words) >= _ALIKE * len(own | words)


def _joined(here: str, location: str) -> str:
    try:
        return urljoin(here, location)
    except ValueError:
        raise Failed(Fault.ADDRESS, "it is no address") from None


def _without_part(url: str) -> str:
    """``url`` without what stands after #, which no server is told."""
    try:
        return urldefrag(url).url
    except ValueError:
        raise Failed(Fault.ADDRESS, "it is no address") from None


def _text(answer: Answer) -> str:
    try:
        return answer.body.decode(answer.charset, "replace")
    except LookupError:
        return answer.body.decode("utf-8", "replace")


def _title(answer: Answer) -> str:
    found = _TITLE.search(answer.body)
    if not found:
        return ""
    try:
        said = found[1].decode(answer.charset, "replace")
    except LookupError:
        said = found[1].decode("utf-8", "replace")
    return " ".join(html.unescape(said).split())[:200]


def _words(answer: Answer) -> frozenset[str]:
    return frozenset(_WORD.findall(_MARKUP.sub(" ", _text(answer)).casefold()))
