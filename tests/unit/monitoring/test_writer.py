"""The write path around its ledger: what is in hand while partitions come and go, and what cannot be written."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import asyncpg
import numpy as np
import pytest

from kilowatch.contracts.batch import READING, Batch, BatchHeader, encode_batch
from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.contracts.routing import PARTITIONS, partition_queue
from kilowatch.kit.broker.dead_letters import MemoryDeadLetters
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import DeadLetter, Message
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.partitions import partition_topology
from kilowatch.monitoring.domain.usage import observations
from kilowatch.monitoring.leases import Lease
from kilowatch.monitoring.ledger.commit import Receipt
from kilowatch.monitoring.ledger.intake import Work
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.taps import Buffer, Received
from kilowatch.monitoring.writer import Writer

LEASE = Lease(0, 1)
DEVICES = np.array([7])
METER = Device(
    id=7,
    version=1,
    name="meter",
    time_zone="UTC",
    direction=Direction.CONSUMPTION,
    configurations=(MeterConfiguration(valid_from=datetime(2020, 1, 1, tzinfo=UTC), kind=MeterKind.COUNTER),),
)


def a_batch() -> Batch:
    return Batch(BatchHeader(id=uuid4(), received_at=0), np.array([(7, 60_000_000, 1.0, 0)], READING))


def a_message() -> Message:
    return Message(id=str(uuid4()), body=encode_batch(a_batch()), routing_key="0")


class OneMeter:
    """A source of devices that has one of them, and no more news."""

    told = False

    async def changes(self) -> AsyncIterator[Sequence[Device]]:
        if not self.told:
            self.told = True
            yield [METER]

    async def watched(self) -> None:
        """As before."""


class SlowLedger:
    """Remembers like the real one, and is half-way through a commit until it is let go on."""

    backend = (1, datetime(2026, 1, 1, tzinfo=UTC))
    connection = SimpleNamespace(terminate=lambda: None)

    def __init__(self) -> None:
        self.half_way = asyncio.Event()
        self.go_on = asyncio.Event()
        self.remembered: list[int] = []

    async def write(self, work: Sequence[Work]) -> Receipt:
        self.recent.remember(DEVICES, observations(DEVICES, np.array([1]), np.array([0.5])))
        self.half_way.set()
        await self.go_on.wait()
        self.remembered.append(len(self.recent.tails(DEVICES)))
        return Receipt(len(work), 0, 0, 0, 0)

    async def recompute_requested(self, _: object) -> int:
        return 0

    async def note_consumed(self, leases: Sequence[Lease], until: Sequence[int]) -> None:
        """Nobody asks."""

    async def open(self, recent: Recent) -> "SlowLedger":
        self.recent = recent
        return self


class RecomputingLedger(SlowLedger):
    """With a recomputation of some steps to do."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.left = steps
        self.done: list[str] = []
        self.go_on.set()

    async def write(self, work: Sequence[Work]) -> Receipt:
        self.done.append("commit")
        return await super().write(work)

    async def recompute_requested(self, _: object) -> int:
        if not self.left:
            return 0
        self.left -= 1
        self.done.append("step")
        return 1


class RefusingLedger(SlowLedger):
    async def write(self, work: Sequence[Work]) -> Receipt:
        raise asyncpg.NumericValueOutOfRangeError("bigint out of range")

    async def write_apart(self, item: Work) -> Receipt:
        return await self.write([item])


class LateDeadLetters(MemoryDeadLetters):
    """Away when the first letter comes."""

    refused = False

    async def add(self, letter: DeadLetter) -> None:
        if not self.refused:
            self.refused = True
            raise Unavailable("away")
        await super().add(letter)


async def nobody_knows(_: Collection[int]) -> None:
    raise Unavailable("away")


def writer_on(broker: MemoryBroker, ledger: SlowLedger) -> Writer:
    return Writer(broker, OneMeter(), nobody_knows, ledger.open, partitions=1)


@pytest.fixture
async def dead_letters() -> LateDeadLetters:
    return LateDeadLetters()


@pytest.fixture
async def broker(dead_letters: LateDeadLetters) -> MemoryBroker:
    broker = MemoryBroker(dead_letters=dead_letters)
    await broker.declare(partition_topology(1))
    return broker


async def test_a_partition_that_starts_anew_takes_no_memory_from_a_commit_under_way(broker):
    ledger = SlowLedger()
    writer = writer_on(broker, ledger)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(writer.run())
        await writer.start(LEASE)
        sending = group.create_task(broker.publish(PARTITIONS, a_message()))
        await ledger.half_way.wait()
        await writer.drop(LEASE.partition)
        await writer.start(LEASE)
        ledger.go_on.set()
        await sending
        await writer.stop(LEASE.partition)
        running.cancel()
    # The first of the batch, whose link was lost; the second time it came again.
    assert ledger.remembered == [1, 1]


async def test_a_partition_that_starts_anew_is_read_from_the_database_again(broker):
    ledger = SlowLedger()
    writer = writer_on(broker, ledger)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(writer.run())
        await writer.start(LEASE)
        ledger.go_on.set()
        await broker.publish(PARTITIONS, a_message())
        await writer.stop(LEASE.partition)
        unknown: list[int] = []

        async def write(work: Sequence[Work]) -> Receipt:
            unknown.extend(ledger.recent.unknown(DEVICES))
            return Receipt(len(work), 0, 0, 0, 0)

        ledger.write = write
        await writer.start(Lease(0, 2))
        await broker.publish(PARTITIONS, a_message())
        await writer.stop(LEASE.partition)
        running.cancel()
    assert unknown == [7]


async def test_steps_of_a_recomputation_follow_one_another_with_a_commit_between(broker):
    ledger = RecomputingLedger(20)
    writer = writer_on(broker, ledger)
    async with asyncio.timeout(15), asyncio.TaskGroup() as group:
        running = group.create_task(writer.run())
        await writer.start(LEASE)
        while ledger.left:
            await broker.publish(PARTITIONS, a_message())
        await writer.stop(LEASE.partition)
        running.cancel()
    assert ledger.done.count("commit") >= 10
    assert "step step step" not in " ".join(ledger.done)


async def test_a_refused_batch_waits_for_the_dead_letters_and_stops_nobody(broker, dead_letters):
    writer = writer_on(broker, RefusingLedger())
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(writer.run())
        await writer.start(LEASE)
        await broker.publish(PARTITIONS, a_message())
        await writer.stop(LEASE.partition)
        assert not running.done()
        running.cancel()
    assert dead_letters.refused
    assert len(await broker.dead_letters(partition_queue(0))) == 1


async def test_a_buffer_that_is_emptied_before_its_taker_wakes_gives_nothing_until_there_is_something():
    buffer = Buffer()
    first, second = (Received(LEASE, a_batch(), None, None) for _ in range(2))
    taking = asyncio.create_task(buffer.take(10))
    await asyncio.sleep(0)
    buffer.put([first])
    buffer.remove(LEASE.partition)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not taking.done()
    buffer.put([second])
    assert await taking == [second]
