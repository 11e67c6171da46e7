"""The way to the partitions: one lane each, which gathers what many requests have for it into batches.

A lane sends one batch at a time. What comes meanwhile waits and makes the next one, so that batches grow with the
backlog; on an idle lane a parcel waits `gather_s` for company. A lane whose partition refuses or does not answer is
parked: everything waiting in it is given back to those who asked, and it takes nothing for a moment. The others run on.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final
from uuid import uuid4

import numpy as np

from kilowatch.balancer import metrics
from kilowatch.balancer.domain.parcels import Parcel
from kilowatch.balancer.settings import BalancerSettings
from kilowatch.contracts.batch import READING, Batch, BatchHeader, Source, encode_batch
from kilowatch.contracts.routing import PARTITIONS
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.errors import KilowatchError, SlowDown, Unavailable
from kilowatch.kit.tracing import Kind, span, traceparent

BATCH_TYPE: Final = "application/vnd.kilowatch.batch"

#: At the end of the process what is on its way has this long; senders have no answer for it and will repeat it.
GRACE_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a batch says of everything in it."""

    received_at: int  #: microseconds UTC
    source: Source
    correlation_id: str
    traceparent: str = ""


class Receipt:
    """What becomes of the parts of one request. One future for all of them: a request may have one for every lane."""

    __slots__ = ("_done", "_expected", "_problem")

    def __init__(self) -> None:
        self._expected = 0
        self._problem: KilowatchError | None = None
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def expect(self, parts: int) -> None:
        self._expected += parts

    def settle_one(self, problem: KilowatchError | None) -> None:
        self._expected -= 1
        self._problem = self._problem or problem
        if not self._expected and not self._done.done():  # done: whoever asked has gone
            self._done.set_result(None)

    async def settled(self) -> None:
        """Return once every part is safe with its partition. Raises `SlowDown`, `Unavailable` when one may not be."""
        if self._expected:
            await self._done
        if self._problem is not None:
            raise self._problem


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    parcel: Parcel
    provenance: Provenance
    receipt: Receipt


class Lane:
    """The way to one partition. Belongs to an event loop; its sending is a task of the group it is given."""

    def __init__(self, partition: int, broker: Broker, settings: BalancerSettings) -> None:
        self.partition = partition
        self._broker = broker
        self._settings = settings
        self._waiting: deque[_Waiting] = deque()
        self.in_flight = 0  #: readings and rejections that wait here or are on their way
        self._sending = False
        self._timer: asyncio.TimerHandle | None = None
        self._parked_until = 0.0

    @property
    def parked(self) -> bool:
        return asyncio.get_running_loop().time() < self._parked_until

    def require_room(self) -> None:
        """Raises `SlowDown`."""
        if self.parked:
            raise SlowDown(f"Partition {self.partition} takes nothing at the moment.", self._settings.park_s)
        if self.in_flight >= self._settings.lane_readings:
            raise SlowDown(f"Too many readings are waiting for partition {self.partition}.")

    def put(self, parcel: Parcel, provenance: Provenance, receipt: Receipt, tasks: asyncio.TaskGroup) -> None:
        """Send a parcel on its way; the receipt says what becomes of it."""
        parts = parcel.split(self._settings.batch_readings, self._settings.batch_rejections)
        receipt.expect(len(parts))
        self._waiting.extend(_Waiting(part, provenance, receipt) for part in parts)
        self.in_flight += parcel.size
        if self.in_flight >= self._settings.batch_readings:
            self.start(tasks)
        elif self._timer is None and not self._sending:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._settings.ingest_gather_s, self.start, tasks)

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
        started = time.perf_counter()
        requests = [waiting.provenance.traceparent for waiting in taken]
        try:
            with span(f"publish partition {self.partition}", Kind.PRODUCER, parents=requests):
                message = _message(self.partition, taken)
                await self._broker.publish(PARTITIONS, message, timeout_s=self._settings.publish_timeout_s)
        except (SlowDown, Unavailable) as problem:
            metrics.BATCHES.labels(type(problem).__name__).inc()
            return problem
        metrics.PUBLISH_SECONDS.observe(time.perf_counter() - started)
        metrics.BATCHES.labels("confirmed").inc()
        return None

    def _settle(self, taken: Iterable[_Waiting], problem: KilowatchError | None) -> None:
        for waiting in taken:
            self.in_flight -= waiting.parcel.size
            waiting.receipt.settle_one(problem)

    def _park(self, problem: KilowatchError) -> None:
        self._parked_until = asyncio.get_running_loop().time() + self._settings.park_s
        given_back, self._waiting = self._waiting, deque()
        self._settle(given_back, problem)


class Lanes:
    """All lanes, and the job that owns what they do."""

    def __init__(self, broker: Broker, settings: BalancerSettings) -> None:
        self._lanes = [Lane(partition, broker, settings) for partition in range(settings.partitions)]
        self._tasks: asyncio.TaskGroup | None = None
        metrics.IN_FLIGHT.set_function(lambda: sum(lane.in_flight for lane in self._lanes))

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    def require_running(self) -> asyncio.TaskGroup:
        """The group that owns what lanes do. Raises `Unavailable` before the job has begun, and at its end."""
        if self._tasks is None:
            raise Unavailable("The balancer is starting or stopping.")
        return self._tasks

    async def send(self, parcels: Mapping[int, Parcel], provenance: Provenance) -> None:
        """Return once every parcel is safe with its partition.

        Raises `SlowDown` or `Unavailable` when one may not be. The others are; they are recognised when repeated.
        """
        tasks = self.require_running()
        for partition in parcels:
            self._lanes[partition].require_room()
        receipt = Receipt()
        for partition, parcel in parcels.items():
            self._lanes[partition].put(parcel, provenance, receipt, tasks)
        await receipt.settled()

    async def run(self, stopping: asyncio.Event) -> None:
        """The job: lanes carry while it runs; at the end it takes nothing new and delivers what it has."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as end, asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                await stopping.wait()
                self._tasks = None
                end.reschedule(asyncio.get_running_loop().time() + GRACE_S)
                for lane in self._lanes:
                    lane.start(tasks)


def _requests(taken: Sequence[_Waiting]) -> tuple[tuple[int, str], ...]:
    runs = [run for waiting in taken for run in _runs(waiting)]
    ends = accumulate(length for _, length in runs)
    return tuple((end, request) for end, (request, _) in zip(ends, runs, strict=True))


def _runs(waiting: _Waiting) -> Sequence[tuple[str, int]]:
    """Correlation ids with the number of readings in a row that came with each."""
    parcel = waiting.parcel
    if not parcel.correlation_ids:
        return [(waiting.provenance.correlation_id, len(parcel.readings))]
    return [(request, len(list(same))) for request, same in groupby(parcel.correlation_ids)]


def _message(partition: int, taken: Sequence[_Waiting]) -> Message:
    provenance = taken[0].provenance
    header = BatchHeader(
        id=uuid4(),
        received_at=provenance.received_at,
        source=provenance.source,
        rejections=tuple(rejection for waiting in taken for rejection in waiting.parcel.rejections),
        correlation_id=provenance.correlation_id,
        requests=_requests(taken),
        traceparent=traceparent(),
    )
    # Of bytes: joining structured arrays compares their fields at every step, which takes longer than all the rest.
    readings = np.frombuffer(b"".join(waiting.parcel.readings.tobytes() for waiting in taken), READING)
    metrics.BATCH_READINGS.observe(len(readings))
    return Message(
        id=str(header.id),
        body=encode_batch(Batch(header, readings)),
        routing_key=str(partition),
        content_type=BATCH_TYPE,
        correlation_id=header.correlation_id,
    )
