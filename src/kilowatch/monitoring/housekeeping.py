"""Takes away what has served its time, a little at a time, so that nobody waits for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import Counter
from sqlalchemy import Column, ColumnElement, Table, delete, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.retention import drop_months, first_kept_month, make_next_month
from kilowatch.monitoring.settings import MonitoringSettings
from kilowatch.monitoring.store.tables import batch, rejected_reading

log = logger(__name__)

TIDIED: Final = Counter("kilowatch_monitoring_tidied", "Rows taken away because of their age", ["table"])

INTERVAL_S: Final = 600.0
CHUNK: Final = 5_000
#: A batch that comes again later than this counts twice; no broker and no sender holds one as long.
BATCHES_KEPT: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows of `table` are taken away when what `dated` says is longer ago than `kept`."""

    table: Table
    dated: Column[object]
    kept: timedelta


def shelves(settings: MonitoringSettings) -> Sequence[Shelf]:
    return (
        Shelf(batch, batch.c.committed_at, BATCHES_KEPT),
        Shelf(rejected_reading, rejected_reading.c.received_at, timedelta(days=settings.rejected_kept_days)),
    )


def housekeeping(database: Database, settings: MonitoringSettings, clock: Clock) -> Job:
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
            count = await _take_away_chunk(connection, shelf)
        TIDIED.labels(shelf.table.name).inc(count)
        if count < CHUNK:
            return


async def _take_away_chunk(connection: AsyncConnection, shelf: Shelf) -> int:
    row: ColumnElement[object] = literal_column("ctid")
    # Another replica may be at the same; each takes what the other has not locked.
    old = select(row).select_from(shelf.table).where(shelf.dated < func.now() - shelf.kept)
    chunk = old.limit(CHUNK).with_for_update(skip_locked=True)
    return (await connection.execute(delete(shelf.table).where(row.in_(chunk)))).rowcount
