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
