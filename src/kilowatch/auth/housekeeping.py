"""What has to happen now and then: keys rotated, expired things forgotten."""

import asyncio
from datetime import timedelta
from typing import Final

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.domain.sessions import ACCESS_LIFETIME, LEEWAY
from kilowatch.auth.handlers.signing import tend_keys
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import api_keys, links, sessions, throttles
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

INTERVAL_S: Final = 60.0
THROTTLES_KEPT: Final = timedelta(days=1)


def keep_house(auth: AuthContext) -> Job:
    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                async with auth.working() as work:
                    await tidy(work)
            except Unavailable as error:
                log.warning("housekeeping_put_off", reason=str(error))
            await wait_for_any(stopping, timeout_s=INTERVAL_S)

    return run


async def tidy(work: Work) -> None:
    await tend_keys(work)
    await sessions.forget(work.connection, work.now, ended_before=work.now - ACCESS_LIFETIME - LEEWAY)
    await links.forget(work.connection, work.now)
    await api_keys.forget(work.connection, work.now)
    await throttles.forget(work.connection, work.now - THROTTLES_KEPT)
