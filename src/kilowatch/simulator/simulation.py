"""One simulation from its start to its end: history as fast as it is taken, then live; or replayed at some speed."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from kilowatch.contracts.batch import Source
from kilowatch.kit.clock import Clock
from kilowatch.simulator.delivery import Arrivals, pace, paced_batches, pump
from kilowatch.simulator.domain.meters import MeterReader
from kilowatch.simulator.domain.place import DAY, micros
from kilowatch.simulator.domain.stream import expected_readings, stream
from kilowatch.simulator.sending import Sender, Tally

FAR: Final = 10 * 365 * DAY
AT_ONCE: Final = float("inf")

OpenSender: TypeAlias = Callable[[Source], AbstractAsyncContextManager[Sender]]
#: Told when a phase begins: its name, and how many readings it will have (None: nobody knows).
OnPhase: TypeAlias = Callable[[str, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    readers: list[MeterReader]
    open_sender: OpenSender
    start: int  #: microseconds, like `end`
    end: int | None  #: None: until it is stopped
    speed: float | None  #: None: history at once, then live
    clock: Clock
    connections: int
    tally: Tally = field(default_factory=Tally)


async def run_simulation(simulation: Simulation, stopping: asyncio.Event, on_phase: OnPhase) -> int:
    """Returns up to when everything has arrived, in microseconds. Raises `KilowatchError`."""
    now = micros(simulation.clock())
    end = simulation.end or now + FAR
    if simulation.speed is not None:
        on_phase(f"replay x{simulation.speed:g}", None)
        return await _send(simulation, simulation.start, end, simulation.speed, Source.LIVE, stopping)
    reached = simulation.start
    if reached < now:
        past = min(now, end)
        on_phase("history", expected_readings(simulation.readers, reached, past))
        reached = await _send(simulation, reached, past, AT_ONCE, Source.IMPORT, stopping)
    if end > now and not stopping.is_set():
        on_phase("live", None)
        reached = await _send(simulation, max(now, simulation.start), end, AT_ONCE, Source.LIVE, stopping)
    return reached


async def _send(
    simulation: Simulation, start: int, end: int, speed: float, source: Source, stopping: asyncio.Event
) -> int:
    arrivals = Arrivals(start)
    windows = stream(simulation.readers, start, end)
    async with simulation.open_sender(source) as sender:
        batches = paced_batches(windows, pace(simulation.clock, start, speed), stopping)
        await pump(batches, sender, simulation.tally, arrivals, stopping, connections=simulation.connections)
    return arrivals.until if stopping.is_set() else end
