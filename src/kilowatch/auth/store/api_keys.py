"""API keys: what scripts get access tokens with."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Row, Table, Text, Uuid, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.api_keys import ApiKey

api_keys: Final = Table(
    "api_keys",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)


async def add(connection: AsyncConnection, key: ApiKey) -> None:
    await connection.execute(api_keys.insert().values(asdict(key)))


async def get(connection: AsyncConnection, key_id: UUID) -> ApiKey | None:
    row = (await connection.execute(select(api_keys).where(api_keys.c.id == key_id))).one_or_none()
    return _key(row) if row else None


async def of_user(connection: AsyncConnection, user_id: UUID) -> Sequence[ApiKey]:
    mine = select(api_keys).where(api_keys.c.user_id == user_id).order_by(api_keys.c.created_at)
    return [_key(row) for row in await connection.execute(mine)]


async def count(connection: AsyncConnection, user_id: UUID) -> int:
    statement = select(func.count()).select_from(api_keys).where(api_keys.c.user_id == user_id)
    return await connection.scalar(statement) or 0


async def note_use(connection: AsyncConnection, key_id: UUID, now: datetime) -> None:
    await connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_at=now))


async def remove(connection: AsyncConnection, user_id: UUID, key_id: UUID) -> bool:
    """False when the user has no such key."""
    mine = api_keys.c.id == key_id, api_keys.c.user_id == user_id
    return await connection.scalar(delete(api_keys).where(*mine).returning(api_keys.c.id)) is not None


async def remove_all(connection: AsyncConnection, user_id: UUID) -> Sequence[UUID]:
    removed = delete(api_keys).where(api_keys.c.user_id == user_id).returning(api_keys.c.id)
    return (await connection.scalars(removed)).all()


async def forget(connection: AsyncConnection, now: datetime) -> None:
    await connection.execute(delete(api_keys).where(api_keys.c.expires_at <= now))


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(**dict(row._mapping) | {"scopes": tuple(row.scopes)})
