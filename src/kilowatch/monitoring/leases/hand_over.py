"""Taking and giving partitions: a task for each that is on the move."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final
from uuid import UUID

from kilowatch.kit.errors import Unavailable
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring import metrics
from kilowatch.monitoring.domain.leases import Lease, LeaseRow
from kilowatch.monitoring.leases.consumer import PartitionConsumer
from kilowatch.monitoring.leases.settings import LeaseSettings
from kilowatch.monitoring.leases.store import LeaseStore, Proofs

log = logger(__name__)

#: How long to wait for the backends of a lost replica to end; after that the next round tries again.
ENDING_S: Final = 2.0
ENDING_POLL_S: Final = 0.02


class HandOver:
    """Knows what is being consumed. One slow partition holds up no other."""

    def __init__(self, replica: UUID, consumer: PartitionConsumer, settings: LeaseSettings) -> None:
        self.held: dict[int, Lease] = {}
        self.failing: set[int] = set()  #: held by right, but consuming them does not work
        self._replica = replica
        self._consumer = consumer
        self._settings = settings
        self._moving: dict[int, asyncio.Task[None]] = {}
        metrics.HELD.set_function(lambda: len(self.held))

    @property
    def moving(self) -> set[int]:
        return set(self._moving)

    def begin(self, group: asyncio.TaskGroup, partition: int, move: Coroutine[Any, Any, None]) -> None:
        task = group.create_task(_attempt(move, partition))
        self._moving[partition] = task
        task.add_done_callback(lambda _: self._moving.pop(partition))

    async def settle(self) -> None:
        """Wait until nothing is on the move."""
        if self._moving:
            await asyncio.wait(self._moving.values())

    def proofs(self) -> Proofs:
        now = monotonic()
        return {lease: self._proven_for(lease.partition, now) for lease in self.held.values()}

    def unproven(self) -> set[int]:
        return {lease.partition for lease, left_s in self.proofs().items() if left_s <= 0}

    def _proven_for(self, partition: int, now: float) -> float:
        left_s = self._consumer.proven_at(partition) - now + self._settings.lease_s
        return min(max(left_s, 0.0), self._settings.lease_s)

    async def take(self, store: LeaseStore, row: LeaseRow) -> None:
        if row.expires_at is not None and row.holder is not None:
            await _end_backends(store, row.holder)
        lease = await store.take(row, self._replica, self._settings.lease_s)
        if lease is not None:
            metrics.MOVES.labels("forced" if row.expires_at is not None else "given").inc()
            log.info("lease_taken", partition=lease.partition, epoch=lease.epoch, forced=row.expires_at is not None)
            await self.start(lease)

    async def start(self, lease: Lease) -> None:
        self.failing.add(lease.partition)
        async with within(self._settings.drain_s):
            await self._consumer.start(lease)
        self.failing.discard(lease.partition)
        self.held[lease.partition] = lease

    async def give(self, store: LeaseStore, lease: Lease) -> None:
        if lease.partition in self.held:
            await self._stop(lease.partition)
        await store.release(lease, self._replica)
        self.failing.discard(lease.partition)
        log.info("lease_released", partition=lease.partition, epoch=lease.epoch)

    async def _stop(self, partition: int) -> None:
        try:
            async with within(self._settings.drain_s):
                await self._consumer.stop(partition)
        except Unavailable as error:
            log.warning("partition_not_stopped", partition=partition, reason=str(error))
            await self.drop(partition)
        self.held.pop(partition, None)

    async def drop(self, partition: int) -> None:
        log.warning("partition_dropped", partition=partition)
        self.held.pop(partition, None)
        async with within(self._settings.drain_s):
            await self._consumer.drop(partition)


async def _attempt(move: Coroutine[Any, Any, None], partition: int) -> None:
    """What does not work now is looked at afresh in the next round."""
    try:
        await move
    except Unavailable as error:
        log.warning("partition_not_moved", partition=partition, reason=str(error))


async def _end_backends(store: LeaseStore, replica: UUID) -> None:
    """A write in progress would make the takeover wait, for ever if its client is frozen."""
    deadline = monotonic() + ENDING_S
    while await store.end_backends_of(replica):
        if monotonic() > deadline:
            raise Unavailable("A backend of the former holder does not end.")
        await asyncio.sleep(ENDING_POLL_S)


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Unavailable(f"It took longer than {seconds:g} s.") from error
