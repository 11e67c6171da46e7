"""The job that judges rules: of devices whose usage has changed, and of devices from which nothing comes.

One replica at a time watches (advisory lock); the others stand by. Everything it knows can be read again, so whoever
comes after it goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.routing import TELEMETRY_INGRESS
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import KilowatchError, Unavailable
from kilowatch.kit.locks import try_lock
from kilowatch.kit.service import Job, Peers
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.handlers.judging import judge_usage
from kilowatch.monitoring.handlers.silence import Silences
from kilowatch.monitoring.ledger.alerts import TELL_NEWS
from kilowatch.monitoring.store.rules import RuleStore
from kilowatch.monitoring.store.watching import WatchStore

log = logger(__name__)

LOCK: Final = "watching"

#: How long after it was written what breaks a rule is found, at most.
LOOK_EVERY_S: Final = 2.0
STAND_BY_S: Final = 5.0
TOUCHED_AT_ONCE: Final = 200
#: So many readings waiting for the balancers are about two seconds of work, and no backlog.
USUAL_DEPTH: Final = 10_000

#: Raises `KilowatchError` when readings that meters send may not arrive, or not yet.
CheckIntake = Callable[[], Awaitable[None]]


def check_intake(broker: Broker, peers: Peers) -> CheckIntake:
    async def check() -> None:
        await peers.get_json("balancer", "/readyz", timeout_s=2.0)
        waiting = await broker.depth(TELEMETRY_INGRESS)
        if waiting > USUAL_DEPTH:
            raise Unavailable(f"{waiting} readings wait for the balancers.")

    return check


@dataclass(frozen=True, slots=True)
class Watcher:
    database: Database
    clock: Clock
    partitions: int
    check_intake: CheckIntake

    def job(self) -> Job:
        async def run(stopping: asyncio.Event) -> None:
            while not stopping.is_set():
                try:
                    await self._watch_while_connected(stopping)
                except Unavailable as error:
                    log.warning("watching_interrupted", reason=str(error))
                await wait_for_any(stopping, timeout_s=STAND_BY_S)

        return run

    async def look(self, connection: AsyncConnection, silences: Silences) -> None:
        """Judge all that is due, on a connection between transactions."""
        while await self._judge_touched(connection):
            pass
        await self._judge_silence(connection, silences)

    async def _watch_while_connected(self, stopping: asyncio.Event) -> None:
        """Returns at once when another replica watches."""
        async with self.database.session() as connection:
            if not await try_lock(connection, LOCK):
                return
            silences = Silences(self.partitions, watched_from=self.clock())
            while not stopping.is_set():
                await self.look(connection, silences)
                await wait_for_any(stopping, timeout_s=LOOK_EVERY_S)

    async def _judge_touched(self, connection: AsyncConnection) -> bool:
        """Whether there may be more."""
        async with connection.begin():
            store = WatchStore(connection)
            now = self.clock()
            touched = await store.take_touched(now, TOUCHED_AT_ONCE)
            if not touched:
                return False
            rules = await RuleStore(connection).effective(touched)
            if await judge_usage(store, rules, touched, now):
                await connection.execute(text(TELL_NEWS))
        return True

    async def _judge_silence(self, connection: AsyncConnection, silences: Silences) -> None:
        try:
            await self.check_intake()
        except KilowatchError as error:
            log.info("silence_not_judged", reason=str(error))
            silences.note_break(self.clock())
            return
        async with connection.begin():
            if await silences.judge(WatchStore(connection), RuleStore(connection), self.clock()):
                await connection.execute(text(TELL_NEWS))
