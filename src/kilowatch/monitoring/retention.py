"""Readings are dropped by the month once they are older than they are to be kept. Usage stays for ever.

What a reading contributes depends on its neighbours, so where readings have been dropped, and for a week after, usage
is not computed again: a late reading there is refused as `too_old`, and so is a correction.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.database import Database, driver_of
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.ledger.months import make_months
from kilowatch.monitoring.store.months import MonthStore, StoredMonth

log = logger(__name__)


def first_kept_month(now: datetime, kept: timedelta) -> date:
    """The month that holds the oldest reading to be kept, UTC."""
    return (now - kept).astimezone(UTC).date().replace(day=1)


async def months_to_drop(connection: AsyncConnection, first_kept: date) -> Sequence[StoredMonth]:
    return [stored for stored in await MonthStore(connection).stored() if stored.month < first_kept]


async def drop_months(database: Database, first_kept: date) -> Sequence[StoredMonth]:
    """Drop what is older; gives what was dropped. Raises `Unavailable` when somebody is reading all the time."""
    async with database.transaction() as connection:
        dropping = await months_to_drop(connection, first_kept)
        if dropping:
            # Before anything is gone: nobody may compute from what will be missing.
            await MonthStore(connection).freeze_before(first_kept)
    for stored in dropping:
        async with database.transaction() as connection:
            await MonthStore(connection).drop(stored.month)
        log.info("month_dropped", month=stored.month.isoformat())
    return dropping


async def make_next_month(database: Database, now: datetime) -> None:
    """The table of the coming month, so that nobody has to wait for it in its first second."""
    async with database.session() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await make_months(await driver_of(autocommit), [now.year * 12 + now.month - 1970 * 12])
