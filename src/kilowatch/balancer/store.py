"""The SQL of the projection: the published state of each device and credential, as `devices` said it last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, DateTime, MetaData, Table, Text, Uuid, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import Credential
from kilowatch.contracts.metering import Device

ItemT = TypeVar("ItemT", Device, Credential)

#: Told to every replica when the projection has changed.
CHANNEL: Final = "projection"

_metadata: Final = MetaData()
device: Final = Table(
    "device",
    _metadata,
    Column("id", BigInteger, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
credential: Final = Table(
    "credential",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
projection: Final = Table(
    "projection",
    _metadata,
    Column("single", Boolean, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("built_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed in the projection since somebody looked last."""

    devices: Sequence[Device]
    credentials: Sequence[Credential]
    sequence: int  #: where to go on from
    built: bool  #: whether it has ever been built from the snapshots


class ProjectionStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save_devices(self, devices: Sequence[Device]) -> None:
        await self._save(device, devices)

    async def save_credentials(self, credentials: Sequence[Credential]) -> None:
        await self._save(credential, credentials)

    async def changes_after(self, sequence: int) -> Changes:
        row = (await self._connection.execute(select(projection))).one()
        if row.sequence <= sequence:
            return Changes((), (), sequence, row.built_at is not None)
        # Rows of a change that is committed meanwhile are read now and again the next time, which does no harm.
        devices = await self._after(device, sequence, Device)
        credentials = await self._after(credential, sequence, Credential)
        return Changes(devices, credentials, row.sequence, row.built_at is not None)

    async def is_built(self) -> bool:
        return await self._connection.scalar(select(projection.c.built_at)) is not None

    async def mark_built(self, now: datetime) -> None:
        """Takes a sequence too, so that every replica hears of it."""
        await self._next_sequence()
        await self._connection.execute(update(projection).values(built_at=now))

    async def _save(self, table: Table, items: Sequence[Device] | Sequence[Credential]) -> None:
        """Keep what is newer than what we have: events may come twice, and late."""
        if not items:
            return
        sequence = await self._next_sequence()
        rows = [{"id": item.id, "version": item.version, "state": _json(item), "sequence": sequence} for item in items]
        statement = insert(table)
        newest = statement.excluded
        changed = {"version": newest.version, "state": newest.state, "sequence": newest.sequence}
        upsert = statement.on_conflict_do_update(
            index_elements=["id"], set_=changed, where=table.c.version < newest.version
        )
        await self._connection.execute(upsert, rows)

    async def _next_sequence(self) -> int:
        statement = update(projection).values(sequence=projection.c.sequence + 1).returning(projection.c.sequence)
        sequence: int = (await self._connection.execute(statement)).scalar_one()
        await self._connection.execute(text(f"NOTIFY {CHANNEL}"))
        return sequence

    async def _after(self, table: Table, sequence: int, type_: type[ItemT]) -> Sequence[ItemT]:
        decode = msgspec.json.Decoder(type_).decode
        states: Any = await self._connection.scalars(select(table.c.state).where(table.c.sequence > sequence))
        return [decode(state) for state in states]


def _json(item: Device | Credential) -> str:
    return msgspec.json.encode(item).decode()
