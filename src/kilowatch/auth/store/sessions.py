"""Sessions, and for a while the ids of those that have ended."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, Row, Table, Text, Uuid, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.sessions import Session

_metadata: Final = MetaData()

sessions = Table(
    "sessions",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("rotated_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
)
ended = Table(
    "ended_sessions",
    _metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("ended_at", DateTime(timezone=True), nullable=False),
)


async def add(connection: AsyncConnection, session: Session) -> None:
    await connection.execute(sessions.insert().values(asdict(session)))


async def lock(connection: AsyncConnection, session_id: UUID) -> Session | None:
    """The session, which nobody else refreshes or ends until the transaction does."""
    statement = select(sessions).where(sessions.c.id == session_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return _session(row) if row else None


async def save(connection: AsyncConnection, session: Session) -> None:
    await connection.execute(update(sessions).where(sessions.c.id == session.id).values(asdict(session)))


async def of_user(connection: AsyncConnection, user_id: UUID, now: datetime) -> Sequence[Session]:
    mine = sessions.c.user_id == user_id, sessions.c.expires_at > now
    rows = await connection.execute(select(sessions).where(*mine).order_by(sessions.c.rotated_at.desc()))
    return [_session(row) for row in rows]


async def remove(connection: AsyncConnection, session_ids: Sequence[UUID]) -> None:
    await connection.execute(delete(sessions).where(sessions.c.id.in_(session_ids)))


async def note_ended(connection: AsyncConnection, session_ids: Sequence[UUID], now: datetime) -> None:
    """So that access tokens of these sessions, or of these API keys, are refused at once."""
    rows = [{"session_id": session_id, "ended_at": now} for session_id in session_ids]
    if rows:
        # A key is noted more than once: what has been signed in its name since the last time lives longer.
        statement = insert(ended).values(rows)
        latest = {"ended_at": statement.excluded.ended_at}
        await connection.execute(statement.on_conflict_do_update(index_elements=[ended.c.session_id], set_=latest))


async def ended_since(connection: AsyncConnection, since: datetime) -> Sequence[UUID]:
    return (await connection.scalars(select(ended.c.session_id).where(ended.c.ended_at > since))).all()


async def forget(connection: AsyncConnection, now: datetime, ended_before: datetime) -> None:
    """What no longer matters to anyone."""
    await connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    await connection.execute(delete(ended).where(ended.c.ended_at <= ended_before))


def _session(row: Row[Any]) -> Session:
    return Session(**row._mapping)
