"""What has been counted and put aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.batch import RejectionReason
from kilowatch.kit.errors import NotFound
from kilowatch.monitoring.store.tables import rejected_reading, tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """received = accepted + duplicate + rejected, counted in the transactions of the readings themselves."""

    received: int
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedReading:
    id: int
    device_id: int | None
    reason: RejectionReason
    raw: str  #: JSON as it was sent, cut at 1,000 characters
    received_at: datetime
    replayed_at: datetime | None
    import_id: str  #: of the import that has brought it; empty: it came otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedFilter:
    device_id: int | None = None
    reason: RejectionReason | None = None
    replayed: bool | None = None
    import_id: str | None = None


class OperationsStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tally(self) -> dict[int, Counts]:
        """By partition."""
        rows = await self._connection.execute(select(tally).order_by(tally.c.partition))
        return {
            row.partition: Counts(
                received=row.accepted + row.duplicate + row.rejected,
                accepted=row.accepted,
                duplicate=row.duplicate,
                rejected=row.rejected,
            )
            for row in rows
        }

    async def rejected(self, wanted: RejectedFilter, before: int | None, limit: int) -> Sequence[RejectedReading]:
        """The newest first, older than the one with the id `before`."""
        statement = select(rejected_reading).order_by(rejected_reading.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(rejected_reading.c.id < before)
        if wanted.device_id is not None:
            statement = statement.where(rejected_reading.c.device_id == wanted.device_id)
        if wanted.reason is not None:
            statement = statement.where(rejected_reading.c.reason == wanted.reason.value)
        if wanted.import_id is not None:
            statement = statement.where(rejected_reading.c.import_id == wanted.import_id)
        if wanted.replayed is not None:
            unset = rejected_reading.c.replayed_at.is_(None)
            statement = statement.where(~unset if wanted.replayed else unset)
        return [_rejected(row) for row in await self._connection.execute(statement)]

    async def count_of_import(self, import_id: str) -> int:
        mine = rejected_reading.c.import_id == import_id
        return await self._connection.scalar(select(func.count()).select_from(rejected_reading).where(mine)) or 0

    async def get_rejected(self, rejected_id: int) -> RejectedReading:
        """Raises `NotFound`."""
        statement = select(rejected_reading).where(rejected_reading.c.id == rejected_id)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise NotFound("There is no such rejected reading.")
        return _rejected(row)

    async def mark_replayed(self, rejected_id: int, at: datetime) -> None:
        statement = update(rejected_reading).where(rejected_reading.c.id == rejected_id)
        await self._connection.execute(statement.values(replayed_at=at))


def _rejected(row: Row[Any]) -> RejectedReading:
    values = dict(row._mapping)
    return RejectedReading(**values | {"reason": RejectionReason(values["reason"])})
