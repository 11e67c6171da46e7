"""Replicas for tests of leases: a keeper over a consumer that only notes what it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from uuid import uuid4

from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.monitoring.leases import Lease, LeaseKeeper, LeaseSettings, Replica

PARTITIONS = 16
QUICK = LeaseSettings(heartbeat_s=0.1, lease_s=1.0, gone_s=0.5, drain_s=2.0)


@dataclass
class Journal:
    """What all replicas of a test did, in order."""

    entries: list[tuple[str, str, Lease]] = field(default_factory=list)

    def of(self, partition: int) -> list[tuple[str, str]]:
        return [(name, what) for name, what, lease in self.entries if lease.partition == partition]


@dataclass
class FakeConsumer:
    name: str
    journal: Journal
    running: dict[int, Lease] = field(default_factory=dict)
    link_down_since: float | None = None
    known_backends: list[tuple[int, datetime]] = field(default_factory=list)
    stopping: Callable[[int], Awaitable[None]] | None = None

    async def start(self, lease: Lease) -> None:
        if self.link_down_since is not None:
            raise Unavailable("The link is down.")
        assert lease.partition not in self.running, "started twice"
        self.running[lease.partition] = lease
        self.journal.entries.append((self.name, "start", lease))

    async def stop(self, partition: int) -> None:
        if self.stopping:
            await self.stopping(partition)
        self.journal.entries.append((self.name, "stop", self.running.pop(partition)))

    async def drop(self, partition: int) -> None:
        self.journal.entries.append((self.name, "drop", self.running.pop(partition)))

    def proven_at(self, partition: int) -> float:
        return monotonic() if self.link_down_since is None else self.link_down_since

    def backends(self) -> list[tuple[int, datetime]]:
        return self.known_backends


@dataclass
class Running:
    replica: Replica
    keeper: LeaseKeeper
    consumer: FakeConsumer
    stopping: asyncio.Event
    task: asyncio.Task[None]

    @property
    def load(self) -> int:
        return len(self.consumer.running)

    async def leave(self) -> None:
        self.stopping.set()
        async with asyncio.timeout(10):
            await self.task

    async def vanish(self) -> None:
        """As a killed process does: its connections end, nothing is released."""
        self.task.cancel()
        await asyncio.wait([self.task], timeout=10)


class Ring:
    """The replicas of a test on one database."""

    def __init__(self, database: Database, settings: LeaseSettings = QUICK, partitions: int = PARTITIONS) -> None:
        self.database = database
        self.settings = settings
        self.partitions = partitions
        self.journal = Journal()
        self.running: list[Running] = []

    def join(self, name: str, probe: Callable[[], Awaitable[None]] | None = None) -> Running:
        replica, consumer = Replica(uuid4(), name), FakeConsumer(name, self.journal)
        keeper = LeaseKeeper(
            self.database,
            partitions=self.partitions,
            replica=replica,
            settings=self.settings,
            consumer=consumer,
            **({"probe": probe} if probe else {}),
        )
        stopping = asyncio.Event()
        task = asyncio.create_task(keeper.job()(stopping), name=name)
        self.running.append(Running(replica, keeper, consumer, stopping, task))
        return self.running[-1]


@asynccontextmanager
async def ring_of(
    database: Database, settings: LeaseSettings = QUICK, partitions: int = PARTITIONS
) -> AsyncIterator[Ring]:
    ring = Ring(database, settings, partitions)
    try:
        yield ring
    finally:
        for replica in ring.running:
            replica.task.cancel()
        outcomes = await asyncio.gather(*(replica.task for replica in ring.running), return_exceptions=True)
    assert not [outcome for outcome in outcomes if outcome and not isinstance(outcome, asyncio.CancelledError)]
