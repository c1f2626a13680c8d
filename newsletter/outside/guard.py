"""Which addresses may be asked: those of the internet, and none of a private network or of this machine.

Whoever writes an address into an issue could otherwise have this machine ask what only it can reach, such as the
metadata of a cloud (169.254.169.254).
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_CARRIED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"), ip_network("2001::/32"))
"""IPv6 addresses that lead to an IPv4 address (RFC 6052, RFC 8215, RFC 3056, RFC 4380)."""


def is_public(address: str) -> bool:
    """Whether ``address`` is one of the internet at large: not private, link-local, loopback, multicast, reserved or
    unspecified, nor one of IPv6 behind which one of IPv4 stands that is."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if inner := _inner(found):
            return is_public(str(inner))
        if found.is_site_local or any(found in network for network in _CARRIED):
            return False
    return (
        found.is_global
        and not found.is_multicast
        and not found.is_reserved
        and not found.is_link_local
        and not found.is_unspecified
    )


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in a mapped (::ffff:1.2.3.4) or compatible (::1.2.3.4) one."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if int(address) >> 32 == 0:
        return IPv4Address(int(address))
    return None


def may_ask(address: str, allowed: Collection[str] = ()) -> bool:
    """Whether a connection to ``address`` may be made; ``allowed`` are single ones that may, for tests."""
    return address in allowed or is_public(address)
