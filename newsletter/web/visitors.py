"""Who asks, as far as a limit on asking needs to know: a network address, of which only a keyed hash is kept."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

from newsletter.web.pages import this_site


def network_of(request: HttpRequest) -> str:
    """The visitor's network: the address of IPv4, the /64 of IPv6, which is what one household has.

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
        return "unknown"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
    return str(found)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
