"""Keyed hashes of addresses and hosts: enough to know somebody again, and nothing more."""

import hmac
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def value_hash(norm: str) -> str:
    """HMAC-SHA-256 of a normalised address or host under the site's erasure key, in hex."""
    return value_hashes([norm])[0]


def value_hashes(norms: Iterable[str]) -> list[str]:
    """``value_hash`` of each.

    Raises:
        ImproperlyConfigured: the site has no erasure key; unkeyed hashes of addresses can be guessed back.
    """
    key = str(getattr(settings, "ERASURE_KEY", "")).encode()
    if not key:
        raise ImproperlyConfigured("secrets.toml has no erasure_key; 'newsletter init' makes one")
    return [hmac.digest(key, norm.encode(), "sha256").hex() for norm in norms]
