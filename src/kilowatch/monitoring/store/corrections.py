"""Corrections, and the readings that count because of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Identity,
    Row,
    SmallInteger,
    Table,
    Text,
    insert,
    select,
    text,
)
from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.errors import Conflict, NotFound
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.corrections import PROFILE, Point
from kilowatch.monitoring.domain.usage import SLOT_US, Quality
from kilowatch.monitoring.ledger.queries import FROZEN_BEFORE
from kilowatch.monitoring.store.tables import METADATA, MOMENT, recomputation, usage

correction: Final = Table(
    "correction",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("device_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("method", Text),
    Column("since", MOMENT, nullable=False),
    Column("until", MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("undone_at", MOMENT),
    Column("undone_by", Text),
)
corrected_reading: Final = Table(
    "corrected_reading",
    METADATA,
    Column("device", BigInteger, primary_key=True),
    Column("time", MOMENT, primary_key=True),
    Column("correction_id", BigInteger, primary_key=True),
    Column("value", Float, nullable=False),
    Column("flags", SmallInteger, nullable=False),
)
#: A view: the readings that usage is a function of.
effective_reading: Final = Table(
    "effective_reading",
    METADATA,
    Column("device", BigInteger),
    Column("time", DateTime(timezone=True)),
    Column("value", Float),
    Column("flags", SmallInteger),
)

#: Slots that were measured all through say what is usual.
_FULL_US: Final = SLOT_US * 9 // 10
_DOUBTFUL: Final = int(Quality.ESTIMATED | Quality.GLITCH | Quality.CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRecord:
    id: int
    device_id: int
    kind: str
    method: str | None
    since: datetime
    until: datetime  #: not included
    reason: str
    author: str
    created_at: datetime
    undone_at: datetime | None = None
    undone_by: str | None = None


class CorrectionStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, readings: Sequence[Point], **columns: object) -> CorrectionRecord:
        row = (await self._connection.execute(insert(correction).values(columns).returning(correction))).one()
        record = _record(row)
        rows = [
            {
                "device": record.device_id,
                "time": reading.time,
                "correction_id": record.id,
                "value": reading.value,
                "flags": reading.flags,
            }
            for reading in readings
        ]
        if rows:
            await self._connection.execute(insert(corrected_reading), rows)
        await self._ask_recomputation(record)
        return record

    async def undo(self, correction_id: int, author: str, now: datetime) -> CorrectionRecord:
        """Raises `NotFound`, `Conflict`."""
        found = select(correction).where(correction.c.id == correction_id).with_for_update()
        row = (await self._connection.execute(found)).one_or_none()
        if row is None:
            raise NotFound("There is no such correction.")
        if row.undone_at is not None:
            raise Conflict("The correction has been undone already.")
        mine = sql_update(correction).where(correction.c.id == correction_id)
        undone = await self._connection.execute(mine.values(undone_at=now, undone_by=author).returning(correction))
        record = _record(undone.one())
        await self._ask_recomputation(record)
        return record

    async def page(self, device_id: int | None, before: int | None, limit: int) -> Sequence[CorrectionRecord]:
        """The newest first, older than the one with the id `before`."""
        statement = select(correction).order_by(correction.c.id.desc()).limit(limit)
        if device_id is not None:
            statement = statement.where(correction.c.device_id == device_id)
        if before is not None:
            statement = statement.where(correction.c.id < before)
        return [_record(row) for row in await self._connection.execute(statement)]

    async def frozen_before(self) -> datetime | None:
        """Usage before this is not computed again."""
        frozen: datetime | None = await self._connection.scalar(text(FROZEN_BEFORE))
        return frozen

    async def neighbours(self, device_id: int, span: Span) -> tuple[Point | None, Point | None]:
        """The readings that count, next to the span on both sides."""
        time = effective_reading.c.time
        mine = select(time, effective_reading.c.value).where(effective_reading.c.device == device_id)
        before = await self._connection.execute(mine.where(time < span.start).order_by(time.desc()).limit(1))
        after = await self._connection.execute(mine.where(time >= span.end).order_by(time).limit(1))
        first, second = before.one_or_none(), after.one_or_none()
        return (Point(*first) if first else None), (Point(*second) if second else None)

    async def measured_slots(self, device_id: int, before: datetime) -> Sequence[tuple[datetime, int]]:
        """Beginning and energy (mWh) of the slots of the weeks before that were measured all through."""
        mine = (usage.c.device == device_id, usage.c.slot < before, usage.c.slot >= before - PROFILE)
        sound = (usage.c.covered >= _FULL_US, usage.c.quality.bitwise_and(_DOUBTFUL) == 0)
        rows = await self._connection.execute(select(usage.c.slot, usage.c.energy).where(*mine, *sound))
        return [(row.slot, row.energy) for row in rows]

    async def _ask_recomputation(self, record: CorrectionRecord) -> None:
        wanted = {"device_id": record.device_id, "since": record.since, "until": record.until, "reason": "correction"}
        await self._connection.execute(insert(recomputation).values(wanted))


def _record(row: Row[Any]) -> CorrectionRecord:
    return CorrectionRecord(**row._mapping)
