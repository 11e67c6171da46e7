"""Leases among live replicas, with a real database and a consumer that only notes what it is told."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from kilowatch.kit.database import Database, open_database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.postgres import create_databases, embedded_postgres
from kilowatch.monitoring.leases.ring import ring_view
from tests.eventually import eventually
from tests.integration.monitoring.replicas import PARTITIONS, QUICK, Journal, Ring, Running, ring_of
from tests.places import open_directory

Fresh = Callable[[str], Awaitable[Database]]
WITHOUT_FSYNC = {"fsync": "off", "full_page_writes": "off"}


def balanced(*replicas: Running) -> Callable[[], bool]:
    floor, remainder = divmod(PARTITIONS, len(replicas))
    return lambda: (
        sum(replica.load for replica in replicas) == PARTITIONS
        and all(floor <= replica.load <= floor + bool(remainder) for replica in replicas)
    )


async def started(ring: Ring, *names: str) -> list[Running]:
    replicas = [ring.join(name) for name in names]
    await eventually(balanced(*replicas))
    return replicas


async def moves(database: Database) -> int:
    async with database.transaction() as connection:
        return await connection.scalar(text("SELECT count(*) FROM lease_move")) or 0


def assert_no_epoch_had_two_holders(journal: Journal) -> None:
    holders = defaultdict(set)
    for name, what, lease in journal.entries:
        if what == "start":
            holders[lease].add(name)
    assert all(len(names) == 1 for names in holders.values())


def assert_handed_over_in_order(journal: Journal) -> None:
    """Whoever starts finds the partition stopped or dropped by the one before."""
    for partition in range(PARTITIONS):
        entries = journal.of(partition)
        assert entries[0][1] == "start"
        for (before, done), (after, begun) in pairwise(entries):
            assert (done == "start") == (begun != "start")
            assert done != "start" or before == after


async def test_one_replica_takes_every_partition_at_once(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        alone = ring.join("a")
        await eventually(lambda: alone.load == PARTITIONS, within_s=2)
        assert alone.keeper.held == alone.consumer.running


async def test_a_join_moves_its_share_and_nothing_else(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        olds = await started(ring, "a", "b", "c")
        before = [set(old.consumer.running.items()) for old in olds]
        joined = ring.join("d")
        await eventually(balanced(*olds, joined))
        kept = [held & set(old.consumer.running.items()) for old, held in zip(olds, before, strict=True)]
        assert sum(map(len, kept)) == PARTITIONS - PARTITIONS // 4
        assert_handed_over_in_order(ring.journal)


async def test_a_leave_moves_only_what_the_leaver_held(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        first, second, leaver = await started(ring, "a", "b", "c")
        before = dict(first.consumer.running), dict(second.consumer.running)
        await leaver.leave()
        await eventually(balanced(first, second))
        assert before[0].items() <= first.consumer.running.items()
        assert before[1].items() <= second.consumer.running.items()
        assert_handed_over_in_order(ring.journal)
        async with ring.database.transaction() as connection:
            assert not await connection.scalar(text("SELECT count(*) FROM lease_move WHERE forced"))


async def test_nobody_ever_holds_a_partition_under_the_same_epoch_as_another(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        first, second = await started(ring, "a", "b")
        third = ring.join("c")
        await first.vanish()
        fourth = ring.join("d")
        await second.leave()
        await eventually(balanced(third, fourth))
        assert_no_epoch_had_two_holders(ring.journal)


async def test_a_slow_stop_keeps_its_lease_until_it_is_done(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        (slow,) = await started(ring, "a")
        committed = asyncio.Event()

        async def stop(_: int) -> None:
            await committed.wait()

        slow.consumer.stopping = stop
        joined = ring.join("b")
        await asyncio.sleep(1.5 * QUICK.lease_s)  # longer than a lease, shorter than the drain limit
        assert joined.load == 0
        committed.set()
        await eventually(balanced(slow, joined))
        assert_handed_over_in_order(ring.journal)
        assert Counter(what for _, what, _ in ring.journal.entries)["drop"] == 0


async def test_a_stop_that_hangs_is_cut_off_by_a_drop(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        (stuck,) = await started(ring, "a")

        async def never(_: int) -> None:
            await asyncio.Event().wait()

        stuck.consumer.stopping = never
        joined = ring.join("b")
        await eventually(balanced(stuck, joined))
        assert_handed_over_in_order(ring.journal)


async def test_what_a_vanished_replica_held_is_taken_by_the_others(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        first, second, vanishing = await started(ring, "a", "b", "c")
        await vanishing.vanish()
        await eventually(balanced(first, second))
        async with ring.database.transaction() as connection:
            forced = await connection.scalar(text("SELECT count(*) FROM lease_move WHERE forced"))
        assert forced == len(vanishing.consumer.running)


async def test_a_restarted_replica_of_the_same_name_does_not_wait_for_the_leases_of_the_dead_one(database: Fresh):
    patient = QUICK.model_copy(update={"lease_s": 60.0, "gone_s": 60.0})
    async with ring_of(await database("monitoring"), patient) as ring:
        (killed,) = await started(ring, "embedded")
        await killed.vanish()
        again = ring.join("embedded")
        await eventually(lambda: again.load == PARTITIONS, within_s=2)


async def test_a_replica_with_a_dead_link_loses_its_leases_and_comes_back_when_it_is_healthy(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        healthy = ring.join("a")
        link_is_up = asyncio.Event()
        link_is_up.set()

        async def probe() -> None:
            if not link_is_up.is_set():
                raise Unavailable("The link is down.")

        cut = ring.join("b", probe)
        await eventually(balanced(healthy, cut))
        link_is_up.clear()
        cut.consumer.link_down_since = monotonic()
        await eventually(lambda: healthy.load == PARTITIONS)
        assert cut.load == 0
        link_is_up.set()
        cut.consumer.link_down_since = None
        await eventually(balanced(healthy, cut))
        assert_no_epoch_had_two_holders(ring.journal)


async def test_a_link_that_only_looks_healthy_does_not_get_partitions_again_and_again(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        healthy, cut = await started(ring, "a", "b")
        for _ in range(2):
            cut.consumer.link_down_since = monotonic()
            await eventually(lambda: healthy.load == PARTITIONS)
            cut.consumer.link_down_since = None
            before = monotonic()
            await eventually(balanced(healthy, cut))
            waited = monotonic() - before
        assert waited > 2, "the second ban is longer than the first"


async def test_nothing_moves_when_every_link_is_down_for_a_while(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        replicas = await started(ring, "a", "b", "c")
        before = await moves(ring.database)
        for replica in replicas:
            replica.consumer.link_down_since = monotonic()
        await eventually(lambda: not any(replica.load for replica in replicas))
        await asyncio.sleep(2 * QUICK.lease_s)
        for replica in replicas:
            replica.consumer.link_down_since = None
        await eventually(balanced(*replicas))
        await asyncio.sleep(2 * QUICK.lease_s)
        assert await moves(ring.database) == before


async def test_nothing_moves_when_every_database_connection_is_lost(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        replicas = await started(ring, "a", "b", "c")
        before = await moves(ring.database)
        async with ring.database.transaction() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        await asyncio.sleep(1.0 + 2 * QUICK.lease_s)
        await eventually(balanced(*replicas))
        assert await moves(ring.database) == before


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as opened:
        yield opened


async def test_nothing_moves_when_the_database_restarts(directory: Path):
    stack = ExitStack()
    server = await asyncio.to_thread(stack.enter_context, embedded_postgres(directory, WITHOUT_FSYNC))
    try:
        await create_databases(server.superuser_url, ["monitoring"])
        async with open_database(server.superuser_url("monitoring"), "monitoring") as fresh, ring_of(fresh) as ring:
            replicas = await started(ring, "a", "b", "c")
            before = await moves(fresh)
            await asyncio.to_thread(stack.close)
            await eventually(lambda: not any(replica.load for replica in replicas))
            await asyncio.to_thread(stack.enter_context, embedded_postgres(directory, WITHOUT_FSYNC))
            await eventually(balanced(*replicas))
            await asyncio.sleep(2 * QUICK.lease_s)
            assert await moves(fresh) == before
            assert balanced(*replicas)()
    finally:
        await asyncio.to_thread(stack.close)


async def test_membership_changes_tell_what_should_move(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        first, second = await started(ring, "a", "b")
        await first.leave()
        await eventually(lambda: second.load == PARTITIONS)
        async with ring.database.transaction() as connection:
            rows = await connection.execute(
                text("SELECT replica_name, kind, members, expected FROM membership_change ORDER BY id")
            )
        changes = [tuple(row) for row in rows]
    assert changes[-1] == ("a", "left", 1, PARTITIONS // 2)
    assert {change[:2] for change in changes[:2]} == {("a", "joined"), ("b", "joined")}


async def test_the_ring_tells_who_holds_what_and_what_moved(database: Fresh):
    async with ring_of(await database("monitoring")) as ring:
        first, second = await started(ring, "a", "b")
        third = ring.join("c")
        await eventually(balanced(first, second, third))
        await second.vanish()
        await eventually(balanced(first, third))
        async with ring.database.transaction() as connection:
            view = await ring_view(connection)
    assert {(replica.name, replica.holds) for replica in view.replicas} == {("a", 8), ("c", 8)}
    assert {lease.partition for lease in view.leases if lease.replica == "a"} == first.keeper.held.keys()
    assert all(lease.left_s and lease.left_s > 0 for lease in view.leases)
    lost, joined = view.changes[:2]
    assert (lost.replica, lost.kind, lost.members, lost.expected) == ("b", "lost", 2, len(second.consumer.running))
    assert (joined.replica, joined.kind, joined.members, joined.expected) == ("c", "joined", 3, PARTITIONS // 3)
    assert (lost.moved, joined.moved) == (lost.expected, joined.expected)
    assert {move.previous for move in view.moves if move.forced} == {"b"}
