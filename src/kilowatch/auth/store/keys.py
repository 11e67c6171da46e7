"""The keys that sign access tokens, their private halves sealed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.signing import SigningKey
from kilowatch.kit.locks import take_turns

signing_keys: Final = Table(
    "signing_keys",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("signs_from", DateTime(timezone=True), nullable=False),
)


async def lock(connection: AsyncConnection) -> None:
    """Replicas that start, or rotate, at the same moment take turns."""
    await take_turns(connection, "signing-keys")


async def list_keys(connection: AsyncConnection) -> Sequence[SigningKey]:
    rows = await connection.execute(select(signing_keys).order_by(signing_keys.c.signs_from))
    return [SigningKey(**row._mapping) for row in rows]


async def add(connection: AsyncConnection, key: SigningKey) -> None:
    await connection.execute(signing_keys.insert().values(asdict(key)))


async def keep_only(connection: AsyncConnection, keys: Sequence[SigningKey]) -> None:
    await connection.execute(delete(signing_keys).where(signing_keys.c.id.not_in([key.id for key in keys])))
