"""Whose sign-ups are counted: nobody can invent a network address of their own."""

from dataclasses import replace

import pytest
from django.test import RequestFactory

from newsletter.web.visitors import network_of


def asked(settings, site, proxies: int, remote: str, forwarded: str | None = None) -> str:
    shown = site.settings.site.model_copy(update={"proxies": proxies})
    settings.NEWSLETTER_SITE = replace(site, settings=site.settings.model_copy(update={"site": shown}))
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return network_of(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "network"),
    [
        (0, "203.0.113.7", None, "203.0.113.7"),
        (0, "127.0.0.1", "203.0.113.7", "127.0.0.1"),
        (1, "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (1, "127.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7"),
        (2, "127.0.0.1", "10.9.9.9, 203.0.113.7, 198.51.100.1", "203.0.113.7"),
        (2, "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (1, "203.0.113.9", "203.0.113.7", "203.0.113.9"),
        (1, "127.0.0.1", None, "::"),
        (1, "127.0.0.1", "evil", "::"),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        (1, "::1", "2001:db8:1:2::9", "2001:db8:1:2::"),
        (0, "fe80::1%eth0", None, "fe80::"),
        (0, "::1:2:3", None, "::"),
        (0, "::ffff:203.0.113.7", None, "203.0.113.7"),
    ],
)
def test_the_network_of_a_visitor(settings, site, proxies, remote, forwarded, network):
    assert asked(settings, site, proxies, remote, forwarded) == network
