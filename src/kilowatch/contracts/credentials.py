"""How a sender of readings proves who it is: the text that it keeps, and what we keep of it.

    kwd_7_Zk3…   device 7
    kwg_3_p0x…   gateway 3

Over HTTP it is the bearer token; at the broker it is the password of the login `device-7` or `gateway-3`.
We store the SHA-256 of the whole text: it carries 256 random bits, so a slow hash would protect nothing.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class HolderKind(StrEnum):
    DEVICE = "device"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a credential."""

    kind: HolderKind
    id: int

    @property
    def login(self) -> str:
        """Its user name at the broker."""
        return f"{self.kind}-{self.id}"

    @property
    def routing_key(self) -> str:
        """What it publishes with: this, or this with more after a dot. A gateway also under the keys of its devices."""
        return f"{self.kind}.{self.id}"


_MARKS: Final = {HolderKind.DEVICE: "kwd", HolderKind.GATEWAY: "kwg"}


def credential_text(holder: Holder, secret: str) -> str:
    return f"{_MARKS[holder.kind]}_{holder.id}_{secret}"


def credential_digest(text: str | bytes) -> bytes:
    """What `Credential.sha256` holds for the credential `text`, as sent."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()


def holder_of_login(login: str) -> Holder | None:
    """`device-7` → device 7; None for what cannot be a login of ours."""
    kind, _, number = login.partition("-")
    return _holder(kind, number)


def holder_of_routing_key(key: str) -> Holder | None:
    """`device.7` and `device.7.phase-1` → device 7. The broker lets nobody publish under the key of another."""
    kind, number, *_ = (*key.split("."), "")
    return _holder(kind, number)


def _holder(kind: str, number: str) -> Holder | None:
    if kind not in set(HolderKind) or not _is_id(number):
        return None
    return Holder(HolderKind(kind), int(number))


def _is_id(number: str) -> bool:
    """One spelling an id: `07` and `٧` are not other names of 7."""
    return number.isascii() and number.isdigit() and not number.startswith("0") and len(number) <= 18
