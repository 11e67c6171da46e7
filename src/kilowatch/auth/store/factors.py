"""Authenticator apps and recovery codes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Uuid, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

_metadata: Final = MetaData()

totp = Table(
    "totp",
    _metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_step", BigInteger, nullable=False),
)
recovery_codes = Table(
    "recovery_codes",
    _metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    user_id: UUID
    sealed_secret: bytes
    created_at: datetime
    confirmed_at: datetime | None  #: it counts from then on
    last_step: int  #: of the code that was used last


async def lock(connection: AsyncConnection, user_id: UUID) -> Enrolment | None:
    """The enrolment; the same code cannot be used by two at once."""
    row = (await connection.execute(select(totp).where(totp.c.user_id == user_id).with_for_update())).one_or_none()
    return Enrolment(**row._mapping) if row else None


async def put(connection: AsyncConnection, enrolment: Enrolment) -> None:
    values = asdict(enrolment)
    statement = insert(totp).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[totp.c.user_id], set_=values))


async def note_step(connection: AsyncConnection, user_id: UUID, step: int) -> None:
    await connection.execute(update(totp).where(totp.c.user_id == user_id).values(last_step=step))


async def remove(connection: AsyncConnection, user_id: UUID) -> bool:
    """Of the app and the recovery codes; False when there was no app."""
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    removed = delete(totp).where(totp.c.user_id == user_id).returning(totp.c.user_id)
    return await connection.scalar(removed) is not None


async def replace_recovery_codes(connection: AsyncConnection, user_id: UUID, digests: Sequence[bytes]) -> None:
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "digest": digest} for digest in digests]
    await connection.execute(recovery_codes.insert().values(rows))


async def use_recovery_code(connection: AsyncConnection, user_id: UUID, digest: bytes) -> bool:
    mine = recovery_codes.c.user_id == user_id, recovery_codes.c.digest == digest
    return await connection.scalar(delete(recovery_codes).where(*mine).returning(recovery_codes.c.user_id)) is not None


async def count_recovery_codes(connection: AsyncConnection, user_id: UUID) -> int:
    count = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.user_id == user_id)
    return await connection.scalar(count) or 0
