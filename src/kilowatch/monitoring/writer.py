"""The write path at work: it consumes the partitions whose leases are held and writes what comes.

Batches grow with the backlog: a commit takes what has come since the one before began, at least a tenth of a second, so
that an idle system answers at once and a busy one writes many readings in one transaction.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import asyncpg
import numpy as np

from kilowatch.kit.broker.port import Broker, Subscription
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.kit.database import AWAY
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.hashing import partitions_of
from kilowatch.kit.instants import microseconds
from kilowatch.kit.telemetry import logger
from kilowatch.kit.tracing import Kind, span
from kilowatch.monitoring import metrics
from kilowatch.monitoring.domain.usage import Ints, Rows
from kilowatch.monitoring.fleet import FleetSource
from kilowatch.monitoring.leases import Lease
from kilowatch.monitoring.leases.store import Backend
from kilowatch.monitoring.ledger.commit import REFUSALS, Ledger, Receipt
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.intake import Work
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.taps import Buffer, Received, Tap

log = logger(__name__)

#: More in one transaction brings nothing and would hold leases and memory for longer.
MAX_READINGS: Final = 120_000
#: From one commit's start to the next one's. Each has its price whatever it holds, so that one after the other would
#: take the whole machine at any rate, also from the balancer and the broker that the next readings wait for.
PACE_S: Final = 0.1
RETRY_S: Final = 0.25
#: How often the broker is asked whether it is there, and what is asked for besides batches is done.
PROVE_S: Final = 1.0
_LATEST: Final = 2**62

#: Nothing is wrong with what is being written.
NOT_NOW: Final = (*AWAY, Unavailable)

#: Gets devices that the projection has not heard of. Raises `Unavailable`.
EnsureDevices = Callable[[Collection[int]], Awaitable[None]]
#: Told of every commit: what it did, and the readings that it was about. On the way of readings, so it must be quick.
Committed = Callable[[Receipt, Sequence[Rows]], None]


class Writer:
    """Consumes partitions for a lease keeper, and writes."""

    def __init__(
        self,
        broker: Broker,
        source: FleetSource,
        ensure_devices: EnsureDevices,
        open_ledger: Callable[[Recent], Awaitable[Ledger]],
        *,
        partitions: int,
        clock: Clock = system_clock,
        committed: Committed = lambda _receipt, _columns: None,
    ) -> None:
        self._partitions = partitions
        self._clock = clock
        self._committed = committed
        self._broker = broker
        self._source = source
        self._ensure_devices = ensure_devices
        self._open_ledger = open_ledger
        self._recent = Recent(Fleet.of([]))
        self._ledger: Ledger | None = None
        self._taps: dict[int, Tap] = {}
        self._buffer = Buffer()
        self._in_hand: dict[Received, None] = {}  # an ordered set
        self._settled = asyncio.Condition()
        #: Partitions to be forgotten before the next commit: the one under way may be half-way through its tails.
        self._unsure_of: set[int] = set()
        self._began = float("-inf")  #: when the last commit was begun
        self._looked_at = float("-inf")  #: when it last did what is asked for besides batches
        self._look_again_s = PROVE_S  #: how long after that it looks again

    # -- for the lease keeper ------------------------------------------------------------------------------------------

    async def start(self, lease: Lease) -> None:
        # Somebody else may have written to it meanwhile.
        self._unsure_of.add(lease.partition)
        tap = Tap(lease, self._broker, self._buffer)
        await tap.open()
        self._taps[lease.partition] = tap

    async def stop(self, partition: int) -> None:
        if tap := self._taps.get(partition):
            tap.pause()
            async with self._settled:
                await self._settled.wait_for(lambda: not self._holds(partition))
            del self._taps[partition]
            await tap.close()

    async def drop(self, partition: int) -> None:
        self._buffer.remove(partition)
        if tap := self._taps.pop(partition, None):
            await tap.close()

    def proven_at(self, partition: int) -> float:
        tap = self._taps.get(partition)
        return tap.proven_at if tap else float("-inf")

    def backends(self) -> Sequence[Backend]:
        return [self._ledger.backend] if self._ledger else []

    @property
    def fleet(self) -> Fleet:
        return self._recent.fleet

    def ours(self, devices: Ints) -> Ints:
        """Those of the devices whose partitions are consumed here."""
        consumed: Ints = devices[np.isin(partitions_of(devices, self._partitions), list(self._taps))]
        return consumed

    # -- the work ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Write until cancelled; reconnect as often as it takes."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._prove())
            while True:
                try:
                    await self._write_while_connected()
                except NOT_NOW as error:
                    log.warning("ledger_interrupted", reason=str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_S)

    async def _write_while_connected(self) -> None:
        await self._refresh_fleet()
        self._ledger = ledger = await self._open_ledger(self._recent)
        try:
            while True:
                await self._write_next(ledger)
        finally:
            self._ledger = None
            ledger.connection.terminate()

    async def _write_next(self, ledger: Ledger) -> None:
        # By the clock, and not only when idle: a steady stream leaves no pause.
        if time.monotonic() - self._looked_at >= self._look_again_s:
            # A long recomputation is done step by step, a commit between each and the next.
            self._look_again_s = PACE_S if await self._do_requested(ledger) else PROVE_S
            self._looked_at = time.monotonic()
        await asyncio.sleep(self._began + PACE_S - time.monotonic())
        try:
            async with asyncio.timeout(self._look_again_s):
                taken = await self._buffer.take(MAX_READINGS)
        except TimeoutError:
            return
        self._began = time.monotonic()
        self._in_hand = dict.fromkeys(taken)
        self._forget_unsure()
        try:
            await self._know_devices(taken)
            await self._write(ledger, taken)
        except NOT_NOW:
            self._buffer.put_back([item for item in self._in_hand if self._is_ours(item)])
            raise
        finally:
            self._in_hand = {}
            async with self._settled:
                self._settled.notify_all()

    async def _write(self, ledger: Ledger, items: Sequence[Received]) -> None:
        try:
            receipt = await self._commit(ledger, items)
        except NOT_NOW:
            raise
        except asyncpg.PostgresError as error:
            await self._isolate(ledger, items, error)
            return
        self._done(receipt, items)
        await _ack(items)

    async def _commit(self, ledger: Ledger, items: Sequence[Received]) -> Receipt:
        batches = [item.batch.header.traceparent for item in items]
        with metrics.COMMITS.time(), span("commit readings", Kind.CONSUMER, parents=batches):
            return await ledger.write([_work(item) for item in items])

    def _done(self, receipt: Receipt, items: Sequence[Received]) -> None:
        _observe(receipt, items, self._clock())
        self._committed(receipt, [item.batch.readings for item in items])
        self._leave_hand(items)

    async def _isolate(self, ledger: Ledger, items: Sequence[Received], error: asyncpg.PostgresError) -> None:
        """PostgreSQL refuses something among `items`: find the batch by halves, then the readings in it."""
        if len(items) == 1:
            await self._write_apart(ledger, items[0], error)
            return
        middle = len(items) // 2
        await self._write(ledger, items[:middle])
        await self._write(ledger, items[middle:])

    async def _write_apart(self, ledger: Ledger, item: Received, error: asyncpg.PostgresError) -> None:
        log.warning("batch_refused", batch=str(item.batch.header.id), reason=str(error))
        try:
            receipt = await ledger.write_apart(_work(item))
        except NOT_NOW:
            raise
        except asyncpg.PostgresError as still:
            await self._bury(item, still)
            return
        self._done(receipt, [item])
        await _ack([item])

    async def _bury(self, item: Received, error: asyncpg.PostgresError) -> None:
        try:
            await item.delivery.reject(f"refused by the database: {error}")
        finally:
            # Also where it could not be put there: then it lies in its queue again, and comes by another delivery.
            self._leave_hand([item])

    async def _do_requested(self, ledger: Ledger) -> bool:
        """What is asked for besides batches: recomputations, a changed fleet. Whether there may be more to do."""
        await self._refresh_fleet()
        await self._note_consumed(ledger)
        if epochs := {tap.lease.partition: tap.lease.epoch for tap in self._taps.values()}:
            try:
                return await ledger.recompute_requested(epochs) > 0
            except REFUSALS:
                # The request stays and is tried again; readings go on meanwhile.
                log.exception("recomputation_refused")
        return False

    async def _know_devices(self, items: Sequence[Received]) -> None:
        """A device may be newer than our picture of the fleet, or than what its event has told."""
        devices = np.unique(np.concatenate([item.batch.readings["device"] for item in items]))
        if self._all_known(devices):
            return
        await self._refresh_fleet()
        unknown = devices[self._recent.fleet.positions(devices) < 0]
        if len(unknown):
            with suppress(Unavailable):
                await self._ensure_devices(unknown.tolist())
            await self._refresh_fleet()

    def _forget_unsure(self) -> None:
        while self._unsure_of:
            self._recent.forget_partition(self._unsure_of.pop(), self._partitions)

    def _all_known(self, devices: Ints) -> bool:
        return bool((self._recent.fleet.positions(devices) >= 0).all())

    async def _note_consumed(self, ledger: Ledger) -> None:
        leases = [tap.lease for tap in self._taps.values()]
        oldest = self._buffer.oldest()
        proven = {lease.partition: self._proven_until(lease.partition) for lease in leases}
        until = [min(oldest.get(lease.partition, _LATEST), proven[lease.partition]) for lease in leases]
        if leases:
            await ledger.note_consumed(leases, until)

    def _proven_until(self, partition: int) -> int:
        """An empty hand shows that nothing has come, up to when it is proven that it would have."""
        return microseconds(self._clock()) - round((time.monotonic() - self.proven_at(partition)) * 1e6)

    async def _refresh_fleet(self) -> None:
        if (watched := await self._source.watched()) is not None:
            self._recent.watched = watched
        async for devices in self._source.changes():
            self._recent.adopt(self._recent.fleet.updated(devices))

    async def _prove(self) -> None:
        """While a queue is empty nothing proves that the link to it works, so the broker is asked."""
        while True:
            await asyncio.sleep(PROVE_S)
            asked_at = time.monotonic()
            with suppress(Unavailable):
                await self._broker.check()
                for tap in self._taps.values():
                    if tap.flowing:
                        tap.proven_at = asked_at

    def _holds(self, partition: int) -> bool:
        in_hand = any(item.lease.partition == partition for item in self._in_hand)
        return in_hand or self._buffer.holds(partition)

    def _leave_hand(self, items: Sequence[Received]) -> None:
        for item in items:
            del self._in_hand[item]

    def _is_ours(self, item: Received) -> bool:
        """Whether it can still be settled; what came over a link that is lost comes again over the next."""
        tap = self._taps.get(item.lease.partition)
        return tap is not None and tap.lease == item.lease and tap.subscription is item.subscription


def _work(item: Received) -> Work:
    return Work(item.lease.partition, item.lease.epoch, item.batch)


async def _ack(items: Sequence[Received]) -> None:
    by_subscription: dict[Subscription, list[Received]] = defaultdict(list)
    for item in items:
        by_subscription[item.subscription].append(item)
    for subscription, received in by_subscription.items():
        # A lost link brings the batch again, and its id is known by then.
        with suppress(Unavailable):
            await subscription.ack_all([item.delivery for item in received])


def _observe(receipt: Receipt, items: Sequence[Received], now: datetime) -> None:
    metrics.READINGS.labels("accepted").inc(receipt.accepted)
    metrics.READINGS.labels("duplicate").inc(receipt.duplicate)
    metrics.READINGS.labels("rejected").inc(receipt.rejected)
    if receipt.repeated_batches:
        metrics.REPEATED.inc(receipt.repeated_batches)
        log.info("batches_repeated", batches=receipt.repeated_batches)
    metrics.COMMIT_READINGS.observe(sum(len(item.batch.readings) for item in items))
    for item in items:
        metrics.LAG.observe(max(0.0, (microseconds(now) - item.batch.header.received_at) / 1e6))
