"""From where a request comes, believing only those proxies that we were told to trust."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network


def networks(listed: str) -> tuple[Network, ...]:
    """Read `10.0.0.0/8, 192.168.1.4`. Raises `ValueError`."""
    return tuple(ip_network(part.strip()) for part in listed.split(",") if part.strip())


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address nearest to us that is not a trusted proxy.

    `X-Forwarded-For` grows to the right, and everything left of the first untrusted hop is what a stranger wrote.
    """
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    address = peer
    while hops and _is_trusted(address, trusted):
        address = hops.pop()
    return address if _is_address(address) else peer


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
