"""Readings as they were accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.store.tables import reading


@dataclass(frozen=True, slots=True)
class StoredReading:
    time: datetime
    value: float
    flags: int


class Order(StrEnum):
    ASCENDING = "ascending"
    DESCENDING = "descending"


class ReadingStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(
        self, device_id: int, windows: Sequence[Span], order: Order, after: datetime | None, limit: int
    ) -> Sequence[StoredReading]:
        """Readings of a device within any of `windows`, from the one that follows `after` in the order."""
        time = reading.c.time
        statement = select(time, reading.c.value, func.coalesce(reading.c.flags, 0)).where(
            reading.c.device == device_id, or_(*(_within(window) for window in windows))
        )
        if after is not None:
            statement = statement.where(time > after if order is Order.ASCENDING else time < after)
        ordered = statement.order_by(time if order is Order.ASCENDING else time.desc()).limit(limit)
        return [StoredReading(*row) for row in await self._connection.execute(ordered)]


def _within(window: Span) -> ColumnElement[bool]:
    return and_(reading.c.time >= window.start, reading.c.time < window.end)
