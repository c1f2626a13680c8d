"""Asks name servers."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

SECONDS = 5.0
"""For one question, with all its repetitions."""


class NoAnswer(Exception):
    """The name servers did not say: they failed (SERVFAIL), or gave no answer in time."""


class NoName(Exception):
    """There is no such name (NXDOMAIN), or it is none that could be."""


class Names:
    """The name servers of this machine, or those ``at``: ``(address, port)``."""

    def __init__(self, at: Iterable[tuple[str, int]] = (), *, seconds: float = SECONDS) -> None:
        self._at, self._seconds = tuple(at), seconds

    @cached_property
    def _resolver(self) -> dns.resolver.Resolver:
        try:
            resolver = dns.resolver.Resolver(configure=not self._at)
        except dns.resolver.NoResolverConfiguration:
            raise NoAnswer("this machine knows no name server") from None
        if self._at:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in self._at]
        resolver.lifetime, resolver.timeout = self._seconds, max(self._seconds / 3, 0.05)
        resolver.cache = dns.resolver.LRUCache(1_000)
        return resolver

    def ask(self, name: str, kind: str) -> list[str]:
        """The values of the records ``kind`` of ``name`` (those of TXT with their pieces joined), none where there is
        no such record. Raises ``NoName`` and ``NoAnswer``."""
        try:
            answer = self._resolver.resolve(dns.name.from_text(name), kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            raise NoName(f"there is no {name}") from None
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, UnicodeError, dns.name.IDNAException):
            raise NoName(f"'{name}' is no name") from None
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(_said(error)) from None
        return sorted(_text(record) for record in answer.rrset or ())

    def addresses(self, host: str) -> list[str]:
        """The IPv4 and IPv6 addresses of ``host``. Raises ``NoName`` (also where it has none) and ``NoAnswer``."""
        found, silent = [], None
        for kind in ("A", "AAAA"):
            try:
                found += self.ask(host, kind)
            except NoAnswer as error:
                silent = error
        if not found and silent:
            raise silent
        if not found:
            raise NoName(f"{host} has no address")
        return found


def _text(record: Any) -> str:
    pieces = getattr(record, "strings", None)
    return record.to_text() if pieces is None else b"".join(pieces).decode("utf-8", "replace")


def _said(error: Exception) -> str:
    if isinstance(error, dns.resolver.LifetimeTimeout):
        return "no answer in time" if "SERVFAIL" not in str(error) else "the name server failed (SERVFAIL)"
    if isinstance(error, dns.resolver.NoNameservers):
        return "the name server failed (SERVFAIL)" if "SERVFAIL" in str(error) else "the name server refuses to say"
    return type(error).__name__
