"""Takes away what has served its time, a little at a time, so that nobody waits for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring import metrics
from kilowatch.monitoring.retention import drop_months, first_kept_month, make_next_month
from kilowatch.monitoring.settings import MonitoringSettings
from kilowatch.monitoring.store.shelves import Shelf, batches, rejected_readings, take_away

log = logger(__name__)

INTERVAL_S: Final = 600.0
CHUNK: Final = 5_000
#: A batch that comes again later than this counts twice; no broker and no sender holds one as long.
BATCHES_KEPT: Final = timedelta(days=7)


def shelves(settings: MonitoringSettings) -> Sequence[Shelf]:
    return (
        batches(BATCHES_KEPT),
        rejected_readings(timedelta(days=settings.rejected_kept_days)),
    )


def keep_house(database: Database, settings: MonitoringSettings, clock: Clock) -> Job:
    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                for shelf in shelves(settings):
                    await tidy(database, shelf, stopping)
                await make_next_month(database, clock())
                await drop_old_readings(database, settings.readings_kept_days, clock())
            except Unavailable as error:
                log.warning("housekeeping_put_off", reason=str(error))
            await wait_for_any(stopping, timeout_s=INTERVAL_S)

    return run


async def drop_old_readings(database: Database, kept_days: int | None, now: datetime) -> None:
    if kept_days is not None:
        await drop_months(database, first_kept_month(now, timedelta(days=kept_days)))


async def tidy(database: Database, shelf: Shelf, stopping: asyncio.Event) -> None:
    """A chunk a transaction, until nothing is left that is too old."""
    while not stopping.is_set():
        async with database.transaction() as connection:
            count = await take_away(connection, shelf, CHUNK)
        metrics.TIDIED.labels(shelf.table.name).inc(count)
        if count < CHUNK:
            return
