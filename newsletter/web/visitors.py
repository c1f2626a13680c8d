"""Who asks, as far as a limit on asking needs to know: a network address, of which only a keyed hash is kept."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest

from newsletter.web.pages import this_site


def network_of(request: HttpRequest) -> str:
    """The visitor's network: the address of IPv4, the first of the /64 of IPv6, which is what one household has; ``::``
    (no address, RFC 4291 section 2.5.2) where it is unknown. Always an address: PostgreSQL takes nothing else as one.

    X-Forwarded-For is believed only where the settings name the web servers that add to it, and only from this machine:
    each of them adds one address at the end, and whatever stands before is the visitor's own invention.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    proxies = this_site().settings.site.proxies
    if proxies and _is_loopback(address):
        told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = told[-proxies] if len(told) >= proxies else told[0]
    try:
        found = ip_address(address)
    except ValueError:
        return "::"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Network((int(found), 64), strict=False).network_address)
    return str(found)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
