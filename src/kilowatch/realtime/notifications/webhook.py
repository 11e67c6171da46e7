"""Webhooks: signed, and sent to nobody's inner network.

Kilowatch-Id: the notification's id; the same again is a repetition
Kilowatch-Timestamp: seconds since 1970
Kilowatch-Signature: v1=<hex of HMAC-SHA256 over "<timestamp>.<body>" with the secret>
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from uuid import UUID

import httpx2

from kilowatch.kit.errors import Invalid, Unavailable
from kilowatch.kit.vault import Vault

TIMEOUT_S: Final = 10.0
MAX_URL: Final = 2_000
#: Of NAT64 (RFC 6052): what counts is the IPv4 address behind it.
_NAT64: Final = IPv6Network("64:ff9b::/96")
#: Of a network's own NAT64 (RFC 8215), and the old “compatible” addresses.
_NEVER: Final = (IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
_PURPOSE: Final = "webhook"


class NotDelivered(Exception):
    """Its text says why, for an administrator."""


@dataclass(frozen=True, slots=True)
class Hook:
    url: str
    sealed_secret: str  #: whoever has only the database can sign nothing with it


#: Hands a body over under an id. Raises `NotDelivered`.
Post = Callable[[Hook, UUID, bytes], Awaitable[None]]


def new_hook(url: str, vault: Vault) -> tuple[Hook, str]:
    """And its secret, which is for the person to see this once."""
    secret = "kwh_" + secrets.token_urlsafe(32)
    return Hook(url, base64.b64encode(vault.seal(_PURPOSE, secret.encode())).decode()), secret


def _secret_of(hook: Hook, vault: Vault) -> str:
    """Raises `NotDelivered`: the other deliveries need not wait for a key that has been lost."""
    try:
        return vault.open(_PURPOSE, base64.b64decode(hook.sealed_secret, validate=True)).decode()
    except (Unavailable, ValueError) as error:
        raise NotDelivered(f"its secret cannot be read: {error}") from error


def signature(secret: str, timestamp: int, body: bytes) -> str:
    digest = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def check_url(url: str, *, plain_allowed: bool) -> None:
    """Raises `Invalid`."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise Invalid("That is not a URL.") from error
    schemes = ("https", "http") if plain_allowed else ("https",)
    if parsed.scheme not in schemes or not parsed.host or parsed.userinfo:
        raise Invalid(f"A webhook is an {' or '.join(schemes)} URL without a password in it.")


def webhook_poster(
    client: httpx2.AsyncClient, vault: Vault, now_s: Callable[[], float], *, private_allowed: bool
) -> Post:
    """`private_allowed`: also to addresses of this machine and of private networks, and without TLS."""

    async def post(hook: Hook, notification_id: UUID, body: bytes) -> None:
        url = httpx2.URL(hook.url)
        timestamp = int(now_s())
        headers = {
            "Host": url.netloc.decode(),
            "Content-Type": "application/json",
            "User-Agent": "Kilowatch",
            "Kilowatch-Id": str(notification_id),
            "Kilowatch-Timestamp": str(timestamp),
            "Kilowatch-Signature": signature(_secret_of(hook, vault), timestamp, body),
        }
        try:
            async with asyncio.timeout(TIMEOUT_S):
                # The very address that was looked at is connected to: a name may resolve otherwise a moment later.
                target = url.copy_with(host=await _address(url, private_allowed=private_allowed))
                more = {"sni_hostname": url.host}
                # Nothing of the answer but its status is read.
                async with client.stream("POST", target, content=body, headers=headers, extensions=more) as answer:
                    status = answer.status_code
        except TimeoutError:
            raise NotDelivered(f"no answer within {TIMEOUT_S:.0f} s") from None
        except (httpx2.HTTPError, OSError, UnicodeError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise NotDelivered(f"HTTP {status}")  # a redirect too: it could lead anywhere

    return post


async def _address(url: httpx2.URL, *, private_allowed: bool) -> str:
    port = url.port or (443 if url.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = [str(info[4][0]) for info in found]
    if not private_allowed and not all(is_public(address) for address in addresses):
        raise NotDelivered("the address belongs to a private network")
    return addresses[0]


def is_public(address: str) -> bool:
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if any(found in network for network in _NEVER):
            return False
        # An IPv4 address may come in the clothes of IPv6.
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFF_FFFF)
        found = inner or found
    return found.is_global and not found.is_multicast
