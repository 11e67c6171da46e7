"""The readings table by the month: a table for each month (UTC) in which there is any reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.ledger.months import partition_name

#: Whoever drops a month waits this long for readers and writers, and they for it.
LOCK_TIMEOUT: Final = "1s"

_MONTHS: Final = text("""
    SELECT to_date(right(relname, 7), 'YYYY_MM') AS month, pg_total_relation_size(pg_class.oid) AS bytes
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'reading'::regclass ORDER BY month
""")
_FREEZE: Final = text("""
    INSERT INTO retention (dropped_before) VALUES (:before)
    ON CONFLICT (single) DO UPDATE SET dropped_before = greatest(retention.dropped_before, excluded.dropped_before)
""")


@dataclass(frozen=True, slots=True)
class StoredMonth:
    month: date
    bytes: int  #: with its indexes


class MonthStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def stored(self) -> Sequence[StoredMonth]:
        """The oldest first."""
        return [StoredMonth(row.month, row.bytes) for row in await self._connection.execute(_MONTHS)]

    async def freeze_before(self, month: date) -> None:
        """From now on nobody computes from readings older than that."""
        await self._connection.execute(_FREEZE, {"before": datetime(month.year, month.month, 1, tzinfo=UTC)})

    async def drop(self, month: date) -> None:
        """Raises what becomes `Unavailable` when somebody is reading all the time."""
        name = partition_name((month.year - 1970) * 12 + month.month - 1)
        await self._connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        await self._connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
