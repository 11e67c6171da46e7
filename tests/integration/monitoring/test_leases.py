"""Leases among live replicas."""

from collections.abc import Awaitable, Callable

from kilowatch.kit.database import Database
from tests.integration.monitoring.replicas import PARTITIONS, eventually, ring_of

Fresh = Callable[[str], Awaitable[Database]]


async def test_one_replica_takes_every_partition_at_once(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        alone = ring.join("a")
        await eventually(lambda: alone.load == PARTITIONS, within_s=2)


async def test_a_join_moves_its_share_and_nothing_else(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        first = ring.join("a")
        await eventually(lambda: first.load == PARTITIONS)
        second = ring.join("b")
        await eventually(lambda: first.load == second.load == PARTITIONS // 2)
        before = dict(first.consumer.running), dict(second.consumer.running)
        third = ring.join("c")
        await eventually(lambda: sorted((first.load, second.load, third.load)) == [5, 5, 6])
