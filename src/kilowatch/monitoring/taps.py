"""From the partition queues to a buffer: what this replica has received and not written yet."""

import asyncio
import time
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from kilowatch.contracts.batch import Batch, MalformedBatch, decode_batch
from kilowatch.contracts.routing import partition_queue
from kilowatch.kit.broker.port import Broker, Delivery, Subscription
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.tasks import unless
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.leases import Lease

log = logger(__name__)

#: Unsettled messages of a partition. With the balancer's bound on a message it bounds what a replica holds in memory.
PREFETCH: Final = 64
RETRY_S: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """A batch in hand, to be settled with the subscription that it came from."""

    lease: Lease
    batch: Batch
    delivery: Delivery
    subscription: Subscription


class Buffer:
    """Batches waiting to be written, of all partitions together, oldest first."""

    def __init__(self) -> None:
        self._waiting: deque[Received] = deque()
        self._filled = asyncio.Event()

    def put(self, items: Iterable[Received]) -> None:
        self._waiting.extend(items)
        self._tell()

    def put_back(self, items: Collection[Received]) -> None:
        self._waiting.extendleft(reversed(list(items)))
        self._tell()

    async def take(self, max_readings: int) -> list[Received]:
        """Wait for something; give as much as has come, at least one batch, up to `max_readings`."""
        while not self._waiting:  # what has filled it may be removed again before we wake up
            await self._filled.wait()
        taken: list[Received] = []
        readings = 0
        while self._waiting and (not taken or readings + len(self._waiting[0].batch.readings) <= max_readings):
            taken.append(self._waiting.popleft())
            readings += len(taken[-1].batch.readings)
        self._tell()
        return taken

    def remove(self, partition: int) -> None:
        self._waiting = deque(item for item in self._waiting if item.lease.partition != partition)
        self._tell()

    def holds(self, partition: int) -> bool:
        return any(item.lease.partition == partition for item in self._waiting)

    def oldest(self) -> dict[int, int]:
        """When (µs) the balancer had the oldest waiting batch of each partition that has any."""
        found: dict[int, int] = {}
        for item in self._waiting:
            received_at = item.batch.header.received_at
            found[item.lease.partition] = min(received_at, found.get(item.lease.partition, received_at))
        return found

    def _tell(self) -> None:
        if self._waiting:
            self._filled.set()
        else:
            self._filled.clear()


class Tap:
    """Brings the batches of one partition into the buffer while its lease is held."""

    def __init__(self, lease: Lease, broker: Broker, buffer: Buffer) -> None:
        self.lease = lease
        self.proven_at = time.monotonic()
        self.subscription: Subscription | None = None  #: while there is one, deliveries come if there are any
        self._broker = broker
        self._buffer = buffer
        self._pausing = asyncio.Event()
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run(), name=f"tap {lease.partition}")

    async def open(self) -> None:
        """Return once the queue is being consumed. Raises `Unavailable`, with nothing left open."""
        try:
            await asyncio.shield(self._opened)
        except BaseException:
            await self.close()
            raise

    def pause(self) -> None:
        """Take nothing more; what is in hand can still be settled."""
        self._pausing.set()

    async def close(self) -> None:
        """End the subscription; what is unsettled goes back to the queue."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                async with self._broker.subscribe(partition_queue(self.lease.partition), prefetch=PREFETCH) as tapped:
                    self._note_opened(tapped)
                    await unless(self._pausing, self._receive(tapped))
                    await asyncio.Event().wait()  # until closed: what is in hand is settled over this subscription
            except Unavailable as error:
                if self._failed_to_open(error):
                    return
                log.warning("partition_interrupted", partition=self.lease.partition, reason=str(error))
            finally:
                self.subscription = None
                # They come again: kept, they would be here once for each time that the link is lost.
                self._buffer.remove(self.lease.partition)
            await asyncio.sleep(RETRY_S)

    @property
    def flowing(self) -> bool:
        return self.subscription is not None

    def _note_opened(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.proven_at = time.monotonic()
        if not self._opened.done():
            self._opened.set_result(None)

    def _failed_to_open(self, error: Unavailable) -> bool:
        if self._opened.done():
            return False
        self._opened.set_exception(error)
        return True

    async def _receive(self, subscription: Subscription) -> None:
        while True:
            deliveries = await subscription.receive_many(PREFETCH)
            self.proven_at = time.monotonic()
            for delivery in deliveries:
                await self._take_in(subscription, delivery)

    async def _take_in(self, subscription: Subscription, delivery: Delivery) -> None:
        try:
            batch = decode_batch(delivery.message.body)
        except MalformedBatch as error:
            log.warning("batch_malformed", message_id=delivery.message.id, reason=str(error))
            await delivery.reject(f"malformed: {error}")
        else:
            self._buffer.put([Received(self.lease, batch, delivery, subscription)])
