"""Ends what was given for a time only: assignments with an end, credentials that a rotation has left to end.

Other services see the time in what was published and need not be told; telling them keeps their projections small.
"""

import asyncio
from typing import Final

from kilowatch.devices.handlers.access import end_due
from kilowatch.devices.handlers.credentials import revoke_due
from kilowatch.devices.unit import work_on
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

PERIOD_S: Final = 5.0


def end_what_is_due(database: Database, clock: Clock) -> Job:
    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                while await end_due_once(database, clock):
                    continue
            except Unavailable as error:
                log.warning("expiry_waits", reason=str(error))
            await wait_for_any(stopping, timeout_s=PERIOD_S)

    return run


async def end_due_once(database: Database, clock: Clock) -> int:
    """One batch of each, in one transaction. Returns how many were ended."""
    async with database.transaction() as connection:
        work = work_on(connection, clock)
        return await end_due(work) + await revoke_due(work)
