"""Forgets tickets that nobody used, frames that nobody will resume from, and old notifications."""

import asyncio
from datetime import timedelta
from typing import Final

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.realtime.notifications.store import NotificationStore
from kilowatch.realtime.settings import RealtimeSettings
from kilowatch.realtime.store import streams, tickets

log = logger(__name__)

PAUSE_S: Final = 600.0


def keep_house(database: Database, settings: RealtimeSettings, clock: Clock) -> Job:
    kept = timedelta(days=settings.realtime_frames_kept_days)
    notifications_kept = timedelta(days=settings.realtime_notifications_kept_days)

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                async with database.transaction() as connection:
                    await tickets.forget_expired(connection, clock())
                    await streams.forget_before(connection, clock() - kept)
                    await NotificationStore(connection).forget_before(clock() - notifications_kept)
            except Unavailable as error:
                log.warning("housekeeping_put_off", reason=str(error))
            await wait_for_any(stopping, timeout_s=PAUSE_S)

    return run
