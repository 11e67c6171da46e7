"""Carries readings to a sender: several connections, bounded memory, nothing lost, at full speed or paced."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.kit.clock import Clock
from kilowatch.kit.errors import Unauthenticated, Unavailable
from kilowatch.kit.tasks import wait_for_any
from kilowatch.simulator.domain.outgoing import Outgoing, outgoing
from kilowatch.simulator.domain.place import micros
from kilowatch.simulator.sending import Delayed, Delivered, Sender, Tally

BATCH_READINGS: Final = 4_000
#: Live readings due within the same moment travel together.
TICK_S: Final = 0.1
SHORTEST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0


class Arrivals:
    """How far everything has arrived, although batches overtake each other on several connections."""

    def __init__(self, start: int) -> None:
        self.until = start  #: everything sent up to here is safe
        self._latest = start
        self._first_sent: dict[int, int] = {}

    def left(self, batch: Outgoing) -> None:
        self._first_sent[id(batch)] = int(batch.sent[0])

    def arrived(self, batch: Outgoing) -> None:
        del self._first_sent[id(batch)]
        # The next batch may hold more of the same moment, so that moment is not safe yet.
        self._latest = max(self._latest, int(batch.sent[-1]))
        self.until = max(self.until, min(self._first_sent.values(), default=self._latest) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Simulated time: runs `speed` times as fast as the clock from `start`, and never ahead of the clock."""

    clock: Clock
    start: int
    started_at: int
    speed: float

    def now(self) -> int:
        present = micros(self.clock())
        if self.speed == float("inf"):
            return present
        return min(present, self.start + int((present - self.started_at) * self.speed))

    def wait_s(self, due: int) -> float:
        """How long until `due`; at least a tick."""
        present = micros(self.clock())
        ahead = due - present if self.now() >= present else (due - self.now()) / self.speed
        return max(TICK_S, ahead / 1e6)


def pace(clock: Clock, start: int, speed: float) -> Pace:
    return Pace(clock=clock, start=start, started_at=micros(clock()), speed=speed)


async def paced_batches(windows: Iterator[Outgoing], pace: Pace, stopping: asyncio.Event) -> AsyncIterator[Outgoing]:
    """Batches as they fall due. Windows are made in a thread: numpy would hold up the event loop."""
    while not stopping.is_set():
        window = await asyncio.to_thread(next, windows, None)
        if window is None:
            return
        row = 0
        while row < len(window) and not stopping.is_set():
            due = int(np.searchsorted(window.sent, pace.now(), side="right"))
            stop = min(due, row + BATCH_READINGS)
            if stop > row:
                yield window.pick(slice(row, stop))
                row = stop
            else:
                await wait_for_any(stopping, timeout_s=min(60.0, pace.wait_s(int(window.sent[row]))))


async def pump(
    batches: AsyncIterator[Outgoing],
    sender: Sender,
    tally: Tally,
    arrivals: Arrivals,
    stopping: asyncio.Event,
    *,
    connections: int = 4,
) -> None:
    """Send every batch, over up to `connections` at a time; return when all is delivered or `stopping` is set.

    Raises `KilowatchError` when the receiver refuses for good.
    """
    queue: asyncio.Queue[Outgoing | None] = asyncio.Queue(connections)

    async def work() -> None:
        while (batch := await queue.get()) is not None:
            if await deliver(batch, sender, tally, stopping):
                arrivals.arrived(batch)

    async def feed() -> None:
        async for batch in batches:
            tally.made += len(batch)
            arrivals.left(batch)
            await queue.put(batch)
        for _ in range(connections):
            await queue.put(None)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(feed())
            for _ in range(connections):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures


async def deliver(batch: Outgoing, sender: Sender, tally: Tally, stopping: asyncio.Event) -> bool:
    """Send until it is safe. False: it was not before `stopping` was set."""
    pause_s = SHORTEST_PAUSE_S
    while True:
        match await sender.send(batch):
            case Delivered() as delivered:
                tally.add(delivered)
                tally.trouble = ""
                return True
            case Delayed() as delayed:
                tally.add(delayed.done)
                tally.retries += 1
                tally.trouble = delayed.reason
                batch = delayed.rest
                pause_s = SHORTEST_PAUSE_S if delayed.done.accepted else pause_s
        if stopping.is_set():
            return False
        await wait_for_any(stopping, timeout_s=pause_s if delayed.retry_after_s is None else delayed.retry_after_s)
        pause_s = min(LONGEST_PAUSE_S, pause_s * 2)


async def wait_until_known(sender: Sender, patience_s: float = 60.0) -> None:
    """A new credential takes a moment to get around. Raises `Unauthenticated` when it does not."""
    nothing = outgoing(0, np.array([], np.int64), np.array([], np.float64))
    pauses = int(patience_s / SHORTEST_PAUSE_S)
    for _ in range(pauses):
        try:
            if isinstance(await sender.send(nothing), Delivered):
                return
        except Unauthenticated:
            pass
        await asyncio.sleep(SHORTEST_PAUSE_S)
    if isinstance(outcome := await sender.send(nothing), Delayed):
        raise Unavailable(outcome.reason)
