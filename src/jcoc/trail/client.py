"""From where a request comes: the one answer for log-in throttling, rate limits and pages.

What proxies say in X-Forwarded-For is taken once, in the server process and only from those that JCOC_TRUSTED_PROXIES
names (serving.py); here it has become the address of the connection. The header itself is never read again.
"""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

#: Where the address is none: a proxy that passes on what is no address, a socket of this machine.
UNKNOWN = "unknown"


def client_ip(request: HttpRequest) -> str:
    """The address a request comes from, in its one canonical form; an IPv4 address that came over IPv6 as IPv4."""
    return canonical(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """What one customer of a provider has: the IPv4 address, or the first 64 bits of the IPv6 address."""
    return network_of(client_ip(request))


def canonical(text: str) -> str:
    """An address in its one form; UNKNOWN for anything else."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0].strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def network_of(address: str) -> str:
    """An IPv6 address's /64, since its holder may use any of the 2**64 in it; else the address itself."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
