"""One-time tickets. Only a digest is kept: who reads the table opens no socket with it."""

import hashlib
import secrets
from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.security import UserPrincipal


def new_ticket() -> str:
    return secrets.token_urlsafe(32)


async def keep(connection: AsyncConnection, ticket: str, holder: UserPrincipal, expires_at: datetime) -> None:
    values = {"digest": _digest(ticket), "holder": msgspec.json.encode(holder).decode(), "expires_at": expires_at}
    await connection.execute(text("INSERT INTO ticket VALUES (:digest, :holder, :expires_at)"), values)


async def redeem(connection: AsyncConnection, ticket: str, now: datetime) -> UserPrincipal | None:
    """Whose ticket it is; it is used up then."""
    statement = text("DELETE FROM ticket WHERE digest = :digest RETURNING holder, expires_at")
    row = (await connection.execute(statement, {"digest": _digest(ticket)})).first()
    if row is None or row.expires_at <= now:
        return None
    return msgspec.json.decode(row.holder, type=UserPrincipal)


async def forget_expired(connection: AsyncConnection, now: datetime) -> None:
    await connection.execute(text("DELETE FROM ticket WHERE expires_at <= :now"), {"now": now})


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
