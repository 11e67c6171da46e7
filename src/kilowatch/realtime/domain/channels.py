"""Channels: what one may listen to over a socket, and who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Invalid
from kilowatch.kit.security import permits

STAFF: Final = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})


class Channel(StrEnum):
    ALERTS = "alerts"  #: of the devices that are mine
    CONVERSATIONS = "conversations"  #: mine, with customer support
    LIVE = "live"  #: power and today's energy of all devices that are mine, also of those that become so
    ALL_ALERTS = "staff/alerts"
    ALL_CONVERSATIONS = "staff/conversations"
    INGEST = "staff/ingest"  #: readings a second
    RING = "staff/ring"  #: who consumes which partition
    PRESENCE = "staff/presence"  #: who is here


@dataclass(frozen=True, slots=True)
class DeviceChannel:
    """`live/7`: power and today's energy of one device."""

    device_id: int

    def __str__(self) -> str:
        return f"live/{self.device_id}"


AnyChannel = Channel | DeviceChannel

#: The areas of the API that show the same: what an API key may not ask for there, it does not hear here.
_AREA: Final = {
    Channel.ALERTS: "alerts",
    Channel.ALL_ALERTS: "alerts",
    Channel.CONVERSATIONS: "support",
    Channel.ALL_CONVERSATIONS: "support",
    Channel.PRESENCE: "support",
    Channel.LIVE: "usage",
    Channel.INGEST: "monitoring",
    Channel.RING: "balancer",
}


def parse_channel(text: str) -> AnyChannel:
    """Raises `Invalid`."""
    kind, _, number = text.partition("/")
    if kind == "live" and number.isascii() and number.isdigit() and not number.startswith("0") and len(number) <= 18:
        return DeviceChannel(int(number))
    try:
        return Channel(text)
    except ValueError:
        raise Invalid(f"There is no channel {text[:64]!r}.") from None


def is_open_to(channel: AnyChannel, role: Role, scopes: frozenset[str]) -> bool:
    """Whether somebody of this role may listen; for one device, `sees` has to agree."""
    if isinstance(channel, DeviceChannel):
        return permits(scopes, "GET", "/api/usage")
    is_for_them = role in STAFF or not channel.startswith("staff/")
    return is_for_them and permits(scopes, "GET", f"/api/{_AREA[channel]}")


def joined(channels: Iterable[Channel]) -> str:
    """As a delivery keeps them."""
    return " ".join(channels)


@lru_cache(maxsize=1024)  # thousands who look at the same page are asked one after the other
def is_heard(channels: str, listening: frozenset[AnyChannel]) -> bool:
    """Whether what goes out on `channels` (joined) is for somebody who listens to these."""
    return not set(channels.split(" ")).isdisjoint(map(str, listening))
