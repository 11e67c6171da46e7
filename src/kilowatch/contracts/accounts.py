"""Who people are and what they may do, as every service understands it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"  #: sees what an administrator sees, changes nothing
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The published state of an account: carried by every `user.*` event and by the snapshot."""

    id: UUID
    version: int
    email: str
    name: str
    role: Role
    active: bool = True
    deleted: bool = False  #: a tombstone; the name and the e-mail are empty then
