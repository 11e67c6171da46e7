"""The rules of accounts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kilowatch.contracts.accounts import Role, User
from kilowatch.kit.errors import Invalid

#: Loose on purpose: only a message that arrives proves an address, and `admin@home.lan` is a good one at home.
_EMAIL: Final = re.compile(r"[^\s@\x00-\x1f\x7f,;<>\"]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is known of a person here."""

    id: UUID
    version: int
    email: str
    name: str
    role: Role
    active: bool = True
    deleted: bool = False
    time_zone: str = "UTC"
    language: str = "en"
    phone: str = ""
    address: str = ""
    notes: str = ""  #: what administrators note down; part of the person's export like everything else
    preferences: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime
    updated_at: datetime


def published(account: Account) -> User:
    return User(
        id=account.id,
        version=account.version,
        email=account.email,
        name=account.name,
        role=account.role,
        active=account.active,
        language=account.language,
        time_zone=account.time_zone,
        deleted=account.deleted,
    )


def normal_email(text: str) -> str:
    """One spelling an address. Raises `Invalid`."""
    email = text.strip().lower()
    if len(email) > 254 or ".." in email or not _EMAIL.fullmatch(email):
        raise Invalid("That is not an e-mail address.")
    return email


def changed(account: Account, changes: Mapping[str, Any], now: datetime) -> Account:
    """The account after `changes`, a version further; the same account when nothing is different."""
    after = replace(account, **changes)
    if after == account:
        return account
    return replace(after, version=account.version + 1, updated_at=now)


def erased(account: Account, now: datetime) -> Account:
    """The tombstone: that there was an account, and nothing of who it was."""
    return Account(
        id=account.id,
        version=account.version + 1,
        email="",
        name="",
        role=account.role,
        active=False,
        deleted=True,
        created_at=account.created_at,
        updated_at=now,
    )


def rules_the_house(account: Account) -> bool:
    return account.role is Role.ADMINISTRATOR and account.active and not account.deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """An entry of the audit log of a service, in the view of all of them."""

    service: str
    id: int
    at: datetime
    actor: str
    action: str
    object: str
    address: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a page of the combined view ended: entries go by time, then service, then id."""

    at: datetime
    service: str
    id: int

    def id_bound(self, service: str) -> int:
        """Of that very moment, the next page begins below this id in the log of `service`."""
        if service == self.service:
            return self.id
        return LARGEST_ID if service < self.service else 0

    @property
    def text(self) -> str:
        return f"{self.at.isoformat()}/{self.service}/{self.id}"


def read_position(text: str) -> Position:
    """Raises `Invalid`."""
    try:
        at, service, number = text.split("/")
        moment = datetime.fromisoformat(at)
        position = Position(moment, service, int(number))
    except ValueError as error:
        raise Invalid("That is not where a page ended.") from error
    if moment.tzinfo is None or not 1970 <= moment.year < 2200 or not 0 < position.id <= LARGEST_ID:
        raise Invalid("That is not where a page ended.")
    return position


def position_of(entry: LoggedEntry) -> Position:
    return Position(entry.at, entry.service, entry.id)
