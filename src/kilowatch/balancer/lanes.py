"""The way to the partitions: one lane each, which gathers what many requests have for it into batches.

A lane sends one batch at a time. What comes meanwhile waits and makes the next one, so that batches grow with the
backlog; on an idle lane a parcel waits `gather_s` for company. A lane whose partition refuses or does not answer is
parked: everything waiting in it is given back to those who asked, and it takes nothing for a moment. The others run on.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import uuid4

import numpy as np

from kilowatch.balancer import metrics
from kilowatch.balancer.domain.parcels import Parcel
from kilowatch.balancer.settings import BalancerSettings
from kilowatch.contracts.batch import Batch, BatchHeader, Source, encode_batch
from kilowatch.contracts.routing import PARTITIONS
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.errors import KilowatchError, SlowDown, Unavailable

BATCH_TYPE: Final = "application/vnd.kilowatch.batch"

#: Says what became of a part: None, its partition has it safely; or why it may not.
Settled: TypeAlias = "asyncio.Future[KilowatchError | None]"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a batch says of everything in it."""

    received_at: int  #: microseconds UTC
    source: Source
    correlation_id: str


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    parcel: Parcel
    provenance: Provenance
    settled: Settled


class Lane:
    """The way to one partition. Belongs to an event loop; its sending is a task of the group it is given."""

    def __init__(self, partition: int, broker: Broker, settings: BalancerSettings) -> None:
        self.partition = partition
        self._broker = broker
        self._settings = settings
        self._waiting: deque[_Waiting] = deque()
        self._readings = 0  # waiting and being sent
        self._sending = False
        self._timer: asyncio.TimerHandle | None = None
        self._parked_until = 0.0

    @property
    def idle(self) -> bool:
        return not self._waiting and not self._sending

    @property
    def readings(self) -> int:
        """Waiting here or on their way."""
        return self._readings

    @property
    def parked(self) -> bool:
        return asyncio.get_running_loop().time() < self._parked_until

    def require_room(self) -> None:
        """Raises `SlowDown`."""
        if self.parked:
            raise SlowDown(f"Partition {self.partition} takes nothing at the moment.", self._settings.park_s)
        if self._readings >= self._settings.lane_readings:
            raise SlowDown(f"Too many readings are waiting for partition {self.partition}.")

    def put(self, parcel: Parcel, provenance: Provenance, tasks: asyncio.TaskGroup) -> Sequence[Settled]:
        """Send a parcel on its way; the futures say what became of its parts."""
        loop = asyncio.get_running_loop()
        parts = [
            _Waiting(part, provenance, loop.create_future())
            for part in parcel.split(self._settings.batch_readings, self._settings.batch_rejections)
        ]
        self._waiting.extend(parts)
        self._count(len(parcel.readings))
        if self._readings >= self._settings.batch_readings:
            self.start(tasks)
        elif self._timer is None and not self._sending:
            self._timer = loop.call_later(self._settings.ingest_gather_s, self.start, tasks)
        return [part.settled for part in parts]

    def start(self, tasks: asyncio.TaskGroup) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._sending:
            self._sending = True
            tasks.create_task(self._send_all(), name=f"lane-{self.partition}")

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                taken = self._take()
                problem = await self._send(taken)
                self._settle(taken, problem)
                if problem is not None:
                    self._park(problem)
        finally:
            self._sending = False

    def _take(self) -> Sequence[_Waiting]:
        """The oldest parcels that fit into a batch and say the same of themselves."""
        taken = [self._waiting.popleft()]
        readings, rejections = len(taken[0].parcel.readings), len(taken[0].parcel.refused)
        while self._waiting and self._waiting[0].provenance.source is taken[0].provenance.source:
            following = self._waiting[0].parcel
            readings += len(following.readings)
            rejections += len(following.refused)
            if readings > self._settings.batch_readings or rejections > self._settings.batch_rejections:
                break
            taken.append(self._waiting.popleft())
        return taken

    async def _send(self, taken: Sequence[_Waiting]) -> KilowatchError | None:
        message = _message(self.partition, taken)
        started = time.perf_counter()
        try:
            await self._broker.publish(PARTITIONS, message, timeout_s=self._settings.publish_timeout_s)
        except (SlowDown, Unavailable) as problem:
            metrics.BATCHES.labels(type(problem).__name__).inc()
            return problem
        metrics.PUBLISH_SECONDS.observe(time.perf_counter() - started)
        metrics.BATCHES.labels("confirmed").inc()
        return None

    def _settle(self, taken: Sequence[_Waiting], problem: KilowatchError | None) -> None:
        for waiting in taken:
            self._count(-len(waiting.parcel.readings))
            if not waiting.settled.done():  # else: whoever asked has gone
                waiting.settled.set_result(problem)

    def _park(self, problem: KilowatchError) -> None:
        self._parked_until = asyncio.get_running_loop().time() + self._settings.park_s
        given_back, self._waiting = self._waiting, deque()
        self._settle(given_back, problem)

    def _count(self, readings: int) -> None:
        self._readings += readings
        metrics.IN_FLIGHT.inc(readings)


class Lanes:
    """All lanes, and the job that owns what they do."""

    def __init__(self, broker: Broker, settings: BalancerSettings) -> None:
        self._lanes = [Lane(partition, broker, settings) for partition in range(settings.partitions)]
        self._tasks: asyncio.TaskGroup | None = None

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    def require_room(self, partitions: Iterable[int]) -> None:
        """Raises `SlowDown` when one of them takes nothing now."""
        for partition in partitions:
            self._lanes[partition].require_room()

    def put(self, partition: int, parcel: Parcel, provenance: Provenance) -> Sequence[Settled]:
        """Send a parcel on its way; the futures say what becomes of its parts. Raises `SlowDown`."""
        if self._tasks is None:
            raise SlowDown("The balancer is starting or stopping.")
        return self._lanes[partition].put(parcel, provenance, self._tasks)

    async def send(self, parcels: Mapping[int, Parcel], provenance: Provenance) -> None:
        """Return once every parcel is safe with its partition.

        Raises `SlowDown` or `Unavailable` when one is not. The others may be; they are recognised when repeated.
        """
        self.require_room(parcels)
        parts = [part for partition, parcel in parcels.items() for part in self.put(partition, parcel, provenance)]
        problems = [problem for problem in await asyncio.gather(*parts) if problem is not None]
        if problems:
            raise problems[0]

    async def run(self, stopping: asyncio.Event) -> None:
        """The job: lanes carry while it runs; at the end it takes nothing new and delivers what it has."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            await stopping.wait()
            self._tasks = None
            for lane in self._lanes:
                lane.start(tasks)


def _message(partition: int, taken: Sequence[_Waiting]) -> Message:
    provenance = taken[0].provenance
    header = BatchHeader(
        id=uuid4(),
        received_at=provenance.received_at,
        source=provenance.source,
        rejections=tuple(rejection for waiting in taken for rejection in waiting.parcel.rejections),
        correlation_id=provenance.correlation_id,
    )
    readings = np.concatenate([waiting.parcel.readings for waiting in taken])
    metrics.BATCH_READINGS.observe(len(readings))
    return Message(
        id=str(header.id),
        body=encode_batch(Batch(header, readings)),
        routing_key=str(partition),
        content_type=BATCH_TYPE,
        correlation_id=header.correlation_id,
    )
