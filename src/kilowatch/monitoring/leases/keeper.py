"""The job by which a replica holds its share of the partitions."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from functools import partial
from math import inf
from time import monotonic
from types import MappingProxyType
from typing import Any, Final

from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.domain.leases import Lease, Observer, Replica, Ring, forfeiting, plan
from kilowatch.monitoring.leases.consumer import PartitionConsumer
from kilowatch.monitoring.leases.hand_over import HandOver, within
from kilowatch.monitoring.leases.membership import Membership
from kilowatch.monitoring.leases.settings import LeaseSettings
from kilowatch.monitoring.leases.store import Backend, LeaseStore, open_lease_store

log = logger(__name__)

RETRY_S: Final = 0.5
PROBE_S: Final = 2.0


async def _no_probe() -> None:
    """Nothing to ask."""


class LeaseKeeper:
    """Two loops, each on a connection of its own: one beats, the other compares what is with what should be.

    `probe` raises `Unavailable` when this process could not consume; only who passes it becomes a member.
    """

    def __init__(
        self,
        database: Database,
        *,
        partitions: int,
        replica: Replica,
        settings: LeaseSettings,
        consumer: PartitionConsumer,
        probe: Callable[[], Awaitable[None]] = _no_probe,
    ) -> None:
        self._database = database
        self._partitions = partitions
        self._replica = replica
        self._settings = settings
        self._consumer = consumer
        self._probe = probe
        self._hands = HandOver(replica.id, consumer, settings)
        self._membership = Membership()
        self._recorded: set[Backend] = set()
        self._beaten_at = -inf
        self._silent_until = -inf
        self._steady_since: datetime | None = None
        self._wake = asyncio.Event()

    @property
    def held(self) -> Mapping[int, Lease]:
        """The partitions that are being consumed."""
        return MappingProxyType(self._hands.held)

    def job(self) -> Job:
        """Hold what should be held; on stopping give everything back."""
        return self._run

    async def check(self) -> None:
        """Raise `Unavailable` while this replica takes no part."""
        if not self._membership.member:
            raise Unavailable("This replica has no place in the ring yet.")

    async def _run(self, stopping: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(self._keep_beating())
            await self._take_part(stopping, group)
            await self._hands.settle()
            self._drop_all(group)
            beating.cancel()

    async def _keep_beating(self) -> None:
        while True:
            try:
                async with open_lease_store(self._database) as store:
                    while True:
                        await self._beat(store)
                        await asyncio.sleep(self._settings.heartbeat_s)
            except Unavailable as error:
                log.warning("heartbeat_failed", reason=str(error))
            await asyncio.sleep(RETRY_S)

    async def _beat(self, store: LeaseStore) -> None:
        began = monotonic()
        if self._outlived(began):
            self._silent_until = began
            self._steady_since = None
        await store.beat(self._replica.id)
        await self._record_backends(store)
        proofs = self._hands.proofs()
        kept = await store.renew(self._replica.id, proofs)
        self._beaten_at = began
        if len(kept) < len(proofs):
            self._wake.set()

    def _outlived(self, now: float) -> bool:
        """Whether so long has passed since the last heartbeat that our leases may be somebody else's."""
        return now - self._beaten_at > self._settings.lease_s

    async def _record_backends(self, store: LeaseStore) -> None:
        """A connection that was given up may live on at the server, in a transaction with locks: end it there."""
        backends = set(self._consumer.backends())
        if backends != self._recorded and self._membership.member:
            await store.record(self._replica.id, backends)
            await store.end(self._recorded - backends)
            self._recorded = backends

    async def _take_part(self, stopping: asyncio.Event, group: asyncio.TaskGroup) -> None:
        while not stopping.is_set():
            try:
                async with open_lease_store(self._database) as store:
                    await self._distribute(store, stopping, group)
            except Unavailable as error:
                log.warning("leases_unavailable", reason=str(error))
                self._drop_outlived(group)
                await wait_for_any(stopping, timeout_s=RETRY_S)

    def _drop_outlived(self, group: asyncio.TaskGroup) -> None:
        """Cut off from the database we are not asked to let go: what we have received would stay with us."""
        if self._outlived(monotonic()):
            self._drop_all(group)

    def _drop_all(self, group: asyncio.TaskGroup) -> None:
        for partition in self._hands.held.keys() - self._hands.moving:
            self._hands.begin(group, partition, self._hands.drop(partition))

    async def _distribute(self, store: LeaseStore, stopping: asyncio.Event, group: asyncio.TaskGroup) -> None:
        self._steady_since = None
        await store.listen(self._wake.set)
        await store.prepare(self._partitions)
        while not stopping.is_set():
            self._wake.clear()
            await self._round(store, group)
            await wait_for_any(stopping, self._wake, timeout_s=self._settings.heartbeat_s)
        await self._resign(store, group)

    async def _round(self, store: LeaseStore, group: asyncio.TaskGroup) -> None:
        # What moves now may be told either way by the ring that we are about to read.
        unclear = self._hands.moving
        ring = await store.ring(self._partitions)
        self._drop_useless(ring, unclear, group)
        if self._replica.id not in ring.members:
            await self._join(store, group)
        elif not await self._strike(store, ring):
            self._move(store, ring, unclear | self._hands.moving, group)

    def _drop_useless(self, ring: Ring, unclear: set[int], group: asyncio.TaskGroup) -> None:
        """Drop what others have taken, and what does not prove that it works: while it is ours, that starts afresh."""
        mine = ring.leases_of(self._replica.id)
        lost = {partition for partition, lease in self._hands.held.items() if mine.get(partition) != lease}
        unproven = self._hands.unproven() - lost
        self._hands.failing = (self._hands.failing | unproven) & mine.keys()
        for partition in (unproven | lost) - unclear:
            self._hands.begin(group, partition, self._hands.drop(partition))

    async def _join(self, store: LeaseStore, group: asyncio.TaskGroup) -> None:
        """Become a member, with nothing in hand from before."""
        now = monotonic()
        if self._membership.member:
            self._lose_membership(now)
        self._drop_all(group)
        if now >= self._membership.may_join_at and not self._hands.moving and await self._is_able():
            await store.join(self._replica)
            self._membership.joined(now)
            await self._record_backends(store)

    def _lose_membership(self, now: float) -> None:
        silent = self._outlived(now) or now - self._silent_until < self._settings.lease_s
        log.warning("membership_lost", replica=self._replica.name, silent=silent)
        if silent:
            self._membership.lost()
        else:
            self._membership.struck(now)

    async def _is_able(self) -> bool:
        try:
            async with within(PROBE_S):
                await self._probe()
        except Unavailable as error:
            log.warning("replica_not_able", replica=self._replica.name, reason=str(error))
            return False
        return True

    async def _strike(self, store: LeaseStore, ring: Ring) -> bool:
        """Strike off who has forfeited its place. While we do not consume, or have just woken up, we judge nobody."""
        if self._hands.failing or self._outlived(monotonic()):
            self._steady_since = None
            return False
        self._steady_since = self._steady_since or ring.now
        lost = forfeiting(ring, self._observer(self._steady_since))
        for row in lost:
            log.warning("replica_lost", replica=row.replica.name, seen_at=row.seen_at.isoformat())
            await store.strike(row)
        return bool(lost)

    def _observer(self, steady_since: datetime) -> Observer:
        lease, gone = timedelta(seconds=self._settings.lease_s), timedelta(seconds=self._settings.gone_s)
        return Observer(self._replica, steady_since, lease, gone)

    def _move(self, store: LeaseStore, ring: Ring, unclear: set[int], group: asyncio.TaskGroup) -> None:
        """Give, start and take what has to be. Who fails to consume what it has takes no more."""
        todo = plan(ring, self._replica.id)
        moves: dict[int, Callable[[], Coroutine[Any, Any, None]]] = {}
        moves |= {lease.partition: partial(self._hands.give, store, lease) for lease in todo.give}
        moves |= {lease.partition: partial(self._hands.start, lease) for lease in todo.keep if not self._holds(lease)}
        if not self._hands.failing:
            moves |= {row.lease.partition: partial(self._hands.take, store, row) for row in todo.take}
        for partition in moves.keys() - unclear:
            self._hands.begin(group, partition, moves[partition]())

    def _holds(self, lease: Lease) -> bool:
        return self._hands.held.get(lease.partition) == lease

    async def _resign(self, store: LeaseStore, group: asyncio.TaskGroup) -> None:
        self._membership.member = False
        await store.leave(self._replica.id)
        await self._hands.settle()
        ring = await store.ring(self._partitions)
        for lease in ring.leases_of(self._replica.id).values():
            self._hands.begin(group, lease.partition, self._hands.give(store, lease))
        await self._hands.settle()
        await store.left(self._replica.id)
