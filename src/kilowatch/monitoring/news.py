"""Telling of alerts: what is raised, what has been left unanswered, what is over.

Whoever finds that a rule is broken only puts the alert on record, with a time from which it is news. Here the news is
told, by whichever replica comes first: at once, or when quiet hours, a snooze or a cool-down end, if it is still true
by then. What was never told is not told to be over either.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database, listen
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.outbox import Outbox
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.handlers.news import News, end_what_is_over, escalate_unanswered, tell_news
from kilowatch.monitoring.handlers.pricing import Pricing
from kilowatch.monitoring.ledger.alerts import NEWS_CHANNEL
from kilowatch.monitoring.store.alerts import AlertStore
from kilowatch.monitoring.store.news import NewsStore
from kilowatch.monitoring.store.rules import RuleStore
from kilowatch.monitoring.store.tariffs import TariffStore
from kilowatch.monitoring.store.watching import WatchStore

log = logger(__name__)

#: A NOTIFY may be missed while the connection is replaced, and time alone makes news as well.
POLL_S: Final = 2.0
RETRY_S: Final = 0.5

#: Does some of what is due; whether there may be more.
Duty: TypeAlias = Callable[[News], Awaitable[bool]]
#: In this order: what is over by the time that it is first seen is told, then told to be over.
DUTIES: Final[tuple[Duty, ...]] = (tell_news, escalate_unanswered, end_what_is_over)


@dataclass(frozen=True, slots=True)
class Teller:
    database: Database
    clock: Clock

    def job(self) -> Job:
        async def run(stopping: asyncio.Event) -> None:
            while not stopping.is_set():
                try:
                    await self._tell_while_connected(stopping)
                except Unavailable as error:
                    log.warning("alerts_not_told", reason=str(error))
                    await wait_for_any(stopping, timeout_s=RETRY_S)

        return run

    async def tell(self, duties: Sequence[Duty] = DUTIES) -> None:
        """Do all that is due of these duties."""
        for duty in duties:
            while await self._do(duty):
                pass

    async def _do(self, duty: Duty) -> bool:
        async with self.database.transaction() as connection:
            return await duty(self._news(connection))

    def _news(self, connection: AsyncConnection) -> News:
        store = NewsStore(connection)
        return News(
            store=store,
            alerts=AlertStore(connection),
            rules=RuleStore(connection),
            pricing=Pricing(tariffs=TariffStore(connection), news=store, watch=WatchStore(connection)),
            outbox=Outbox(connection, source="monitoring", clock=self.clock),
            now=self.clock(),
        )

    async def _tell_while_connected(self, stopping: asyncio.Event) -> None:
        async with self.database.session() as listening:
            wake = asyncio.Event()
            is_deaf = await listen(listening, NEWS_CHANNEL, wake)
            looked_at = float("-inf")
            while not stopping.is_set() and not is_deaf():
                wake.clear()
                # A NOTIFY speaks of something to be told; the rest comes with time, and busy hours notify often.
                if time.monotonic() - looked_at >= POLL_S:
                    await self.tell()
                    looked_at = time.monotonic()
                else:
                    await self.tell([tell_news])
                await wait_for_any(wake, stopping, timeout_s=POLL_S)
