"""How often somebody has tried."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.throttling import Throttle, untouched

throttles: Final = Table(
    "throttles",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("blocked_until", DateTime(timezone=True), nullable=False),
)


async def lock(connection: AsyncConnection, key: str) -> Throttle:
    """The count, which nobody else changes until the transaction ends."""
    insertion = insert(throttles).values(asdict(untouched(key)))
    locked = insertion.on_conflict_do_update(index_elements=[throttles.c.key], set_={"key": key}).returning(throttles)
    return Throttle(**(await connection.execute(locked)).one()._mapping)


async def save(connection: AsyncConnection, throttle: Throttle) -> None:
    await connection.execute(update(throttles).where(throttles.c.key == throttle.key).values(asdict(throttle)))


async def clear(connection: AsyncConnection, key: str) -> None:
    await connection.execute(delete(throttles).where(throttles.c.key == key))


async def forget(connection: AsyncConnection, before: datetime) -> None:
    await connection.execute(delete(throttles).where(throttles.c.last_at < before, throttles.c.blocked_until < before))
