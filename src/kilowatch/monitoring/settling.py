"""Puts the slots of each month that is over beside each other, device by device.

Slots are written in the order of time, all devices mixed, so a year of one device lies on as many pages as it has
slots: 35,000. Put beside each other they lie on 700, and asking for the year takes a tenth of the time. The month
that is going on stays as it is written; a late reading finds room on the page of its slot.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.hashing import partition_of
from kilowatch.kit.locks import try_lock
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring import metrics
from kilowatch.monitoring.store.months import MonthStore
from kilowatch.monitoring.store.settling import SettlingStore

log = logger(__name__)

LOCK: Final = "settling"

INTERVAL_S: Final = 600.0
#: Late readings come for a while; what comes later still is written where it belongs, and moves nothing.
GRACE: Final = timedelta(days=2)
DEVICES_AT_ONCE: Final = 100
#: Between two devices, so that whoever waits for a lease or the disk gets a turn.
PAUSE_S: Final = 0.05

#: The holder of a lease may have to wait this long for it, and no longer. A month of a device takes 50 ms.
LEASE_HELD_MS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Settler:
    database: Database
    clock: Clock
    partitions: int

    def job(self) -> Job:
        async def run(stopping: asyncio.Event) -> None:
            while not stopping.is_set():
                try:
                    await self.settle(stopping)
                except Unavailable as error:
                    log.warning("settling_put_off", reason=str(error))
                await wait_for_any(stopping, timeout_s=INTERVAL_S)

        return run

    async def settle(self, stopping: asyncio.Event) -> None:
        """Settle every month that is over and has not been. One replica at a time does; the others find it busy."""
        async with self.database.session() as session:
            # Each statement commits by itself.
            connection = await session.execution_options(isolation_level="AUTOCOMMIT")
            if not await try_lock(connection, LOCK):
                return
            await connection.execute(text(f"SET statement_timeout = {LEASE_HELD_MS}"))
            for month in await self._months_to_settle(connection):
                await self._settle_month(SettlingStore(connection), month, stopping)

    async def _months_to_settle(self, connection: AsyncConnection) -> Sequence[date]:
        last = (self.clock() - GRACE).astimezone(UTC).date().replace(day=1)
        done = await SettlingStore(connection).settled()
        stored = await MonthStore(connection).stored()
        return [each.month for each in stored if each.month < last and each.month not in done]

    async def _settle_month(self, store: SettlingStore, month: date, stopping: asyncio.Event) -> None:
        await store.begin(month)
        while device_ids := await store.next_devices(month, DEVICES_AT_ONCE):
            for device_id in device_ids:
                if stopping.is_set() or not await self._settle_device(store, device_id, month):
                    return
                await store.note_device(month, device_id)
                await wait_for_any(stopping, timeout_s=PAUSE_S)
        await store.note_done(month)
        log.info("month_settled", month=month.isoformat())

    async def _settle_device(self, store: SettlingStore, device_id: int, month: date) -> bool:
        """False: it could not be done now; try again later."""
        moved = await store.settle(device_id, partition_of(device_id, self.partitions), month)
        if moved is None:
            log.info("settling_put_off", device=device_id, month=month.isoformat())
        metrics.SETTLED.inc(moved or 0)
        return moved is not None
