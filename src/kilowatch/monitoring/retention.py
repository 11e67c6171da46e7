"""Readings are dropped by the month once they are older than they are to be kept. Usage stays for ever.

What a reading contributes depends on its neighbours, so where readings have been dropped, and for a week after, usage
is not computed again: a late reading there is refused as `too_old`, and so is a correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.database import Database
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.ledger.months import make_months, partition_name

log = logger(__name__)

#: Whoever drops a month waits this long for readers and writers, and they for it; then it is tried again later.
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


def first_kept_month(now: datetime, kept: timedelta) -> date:
    """The month that holds the oldest reading to be kept, UTC."""
    return (now - kept).astimezone(UTC).date().replace(day=1)


async def months_to_drop(connection: AsyncConnection, first_kept: date) -> Sequence[StoredMonth]:
    rows = await connection.execute(_MONTHS)
    return [StoredMonth(row.month, row.bytes) for row in rows if row.month < first_kept]


async def drop_months(database: Database, first_kept: date) -> Sequence[StoredMonth]:
    """Drop what is older; gives what was dropped. Raises `Unavailable` when somebody is reading all the time."""
    async with database.transaction() as connection:
        dropping = await months_to_drop(connection, first_kept)
        if dropping:
            # Before anything is gone: from now on nobody computes from what will be missing.
            before = datetime(first_kept.year, first_kept.month, 1, tzinfo=UTC)
            await connection.execute(_FREEZE, {"before": before})
    for stored in dropping:
        await _drop(database, stored.month)
    return dropping


async def _drop(database: Database, month: date) -> None:
    name = partition_name((month.year - 1970) * 12 + month.month - 1)
    async with database.transaction() as connection:
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        await connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    log.info("month_dropped", month=month.isoformat())


async def make_next_month(database: Database, now: datetime) -> None:
    """The table of the coming month, so that nobody has to wait for it in its first second."""
    async with database.session() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        driver = (await autocommit.get_raw_connection()).driver_connection
        assert driver is not None
        await make_months(driver, [now.year * 12 + now.month - 1970 * 12])
