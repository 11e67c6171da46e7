"""How far the slots of months that are over have been put beside each other."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.store.tables import device, settling


class SettlingStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def settled(self) -> Collection[date]:
        return set(await self._connection.scalars(select(settling.c.month).where(settling.c.done)))

    async def begin(self, month: date) -> None:
        """Go on where the month was left, or begin it."""
        await self._connection.execute(insert(settling).values(month=month).on_conflict_do_nothing())

    async def next_devices(self, month: date, limit: int) -> Sequence[int]:
        reached = select(settling.c.device).where(settling.c.month == month).scalar_subquery()
        following = select(device.c.id).where(device.c.id > reached).order_by(device.c.id).limit(limit)
        return (await self._connection.scalars(following)).all()

    async def settle(self, device_id: int, partition: int, month: date) -> int | None:
        """How many slots were moved; None when somebody writes to the partition all the time, or the disk is busy."""
        first, past = _bounds(month)
        return await self._connection.scalar(select(func.settle_usage(device_id, partition, first, past)))

    async def note_device(self, month: date, device_id: int) -> None:
        await self._connection.execute(update(settling).where(settling.c.month == month).values(device=device_id))

    async def note_done(self, month: date) -> None:
        await self._connection.execute(update(settling).where(settling.c.month == month).values(done=True))


def _bounds(month: date) -> tuple[datetime, datetime]:
    first = datetime(month.year, month.month, 1, tzinfo=UTC)
    return first, (first + timedelta(days=32)).replace(day=1)
