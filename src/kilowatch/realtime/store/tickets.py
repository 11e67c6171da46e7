"""One-time tickets. Only a digest is kept: who reads the table opens no socket with it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.security import UserPrincipal


def new_ticket() -> str:
    return secrets.token_urlsafe(32)


_KEEP: Final = text("""
    INSERT INTO ticket
    SELECT * FROM unnest(CAST(:digests AS bytea[]), CAST(:holders AS text[]), CAST(:ends AS timestamptz[]))
""")

_REDEEM: Final = text(
    "DELETE FROM ticket WHERE digest = ANY(CAST(:digests AS bytea[])) RETURNING digest, holder, expires_at"
)


@dataclass(frozen=True, slots=True)
class Issued:
    ticket: str
    holder: UserPrincipal
    expires_at: datetime


async def keep(connection: AsyncConnection, issued: Sequence[Issued]) -> None:
    values = {
        "digests": [_digest(each.ticket) for each in issued],
        "holders": [msgspec.json.encode(each.holder).decode() for each in issued],
        "ends": [each.expires_at for each in issued],
    }
    await connection.execute(_KEEP, values)


async def redeem(connection: AsyncConnection, tickets: Sequence[str], now: datetime) -> list[UserPrincipal | None]:
    """Whose each ticket is; it is used up then. One that is shown twice is good once."""
    digests = [_digest(ticket) for ticket in tickets]
    rows = await connection.execute(_REDEEM, {"digests": digests})
    good = {row.digest: row.holder for row in rows if row.expires_at > now}
    held = [good.pop(digest, None) for digest in digests]
    return [None if holder is None else msgspec.json.decode(holder, type=UserPrincipal) for holder in held]


async def forget_expired(connection: AsyncConnection, now: datetime) -> None:
    await connection.execute(text("DELETE FROM ticket WHERE expires_at <= :now"), {"now": now})


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
