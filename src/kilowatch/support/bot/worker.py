"""The job that takes the turns that wait and answers them, several at a time."""

import asyncio
from typing import Final

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import KilowatchError, NotFound, Unavailable
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import correlation_id, logger
from kilowatch.kit.tracing import Kind, span
from kilowatch.support.bot.turn import Bot
from kilowatch.support.domain.turn import Turn
from kilowatch.support.unit import working

log = logger(__name__)

#: A turn whose replica has died, and one that was put by another replica that is at its bound, is found so soon.
LOOK_EVERY_S: Final = 1.0
#: To those under way when the process is asked to stop; the others are given back, and begun again elsewhere.
PATIENCE_S: Final = 2.0


class Worker:
    def __init__(self, database: Database, clock: Clock, bot: Bot, *, at_once: int) -> None:
        self._database = database
        self._clock = clock
        self._bot = bot
        self._at_once = at_once
        self._wake = asyncio.Event()
        self._under_way: dict[asyncio.Task[None], Turn] = {}

    def wake(self) -> None:
        """There may be something to answer."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self._wake.clear()
            turn = await self._take() if self._bot.is_ready and len(self._under_way) < self._at_once else None
            if turn is None:
                await wait_for_any(stopping, self._wake, timeout_s=LOOK_EVERY_S)
                continue
            task = asyncio.create_task(self._answer(turn))
            self._under_way[task] = turn
            task.add_done_callback(self._done)
        await self._leave()

    async def _take(self) -> Turn | None:
        try:
            async with working(self._database, self._clock) as work:
                return await work.turns.take()
        except Unavailable as error:
            log.warning("turns_wait", reason=str(error))
            return None

    async def _answer(self, turn: Turn) -> None:
        """In a task of its own, so that what is set here ends with it."""
        correlation_id.set(turn.correlation_id)
        with span("answer a message", Kind.CONSUMER, parents=[turn.traceparent]):
            await self._answer_somehow(turn)

    async def _answer_somehow(self, turn: Turn) -> None:
        try:
            await self._bot.answer(turn)
        except NotFound:
            log.info("turn_is_gone", turn=str(turn.id))  # its conversation was erased
        except KilowatchError as error:
            log.warning("turn_waits", turn=str(turn.id), reason=str(error))  # until its lease is over
        except Exception:
            # A defect. It is tried again after its lease, and after some attempts answered with "no answer".
            log.exception("turn_failed", turn=str(turn.id))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._wake.set()

    async def _leave(self) -> None:
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=PATIENCE_S)
        late = dict(self._under_way)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for turn in late.values():
            async with working(self._database, self._clock) as work:
                await work.turns.give_back(turn.id)
