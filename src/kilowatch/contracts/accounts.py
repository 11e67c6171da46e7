"""Who people are and what they may do, as every service understands it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

#: The account that exists from the first start on. `users` makes it and `auth` gives it a password, each on its own,
#: so that no password has to travel between them.
FIRST_ADMINISTRATOR_ID: Final = UUID("00000000-0000-4000-8000-000000000001")


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
    language: str = "en"  #: that they are written to in
    time_zone: str = "UTC"
    deleted: bool = False  #: a tombstone; the name and the e-mail are empty then
