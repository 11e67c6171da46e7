"""Leases of replicas that are processes of their own: killed and frozen while they write."""

import asyncio
import json
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg

from kilowatch.kit.database import Database
from tests.frozen import freeze

PARTITIONS = 4
LEASE_S = 1.5
SETTINGS = {"heartbeat_s": 0.2, "lease_s": LEASE_S, "gone_s": 0.6, "drain_s": 2.0}
COPY_S = 0.4

Fresh = Callable[[str], Awaitable[Database]]


@dataclass
class Process:
    name: str
    process: asyncio.subprocess.Process
    said: list[dict[str, Any]] = field(default_factory=list)

    async def listen(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.said.append(json.loads(line) | {"at": monotonic()})

    def last(self, what: str) -> dict[str, Any]:
        return next(said for said in reversed(self.said) if said["what"] == what)

    async def until_writing_to(self, count: int) -> None:
        after = 0.0
        while len((said := await self.until("committed", after=after, within_s=60))["partitions"]) != count:
            after = said["at"]

    async def until(self, what: str, *, after: float = 0.0, within_s: float = 10.0) -> dict[str, Any]:
        deadline = monotonic() + within_s
        while True:
            for said in self.said:
                if said["what"] == what and said["at"] > after:
                    return said
            assert monotonic() < deadline, f"{self.name} never {what}; it said {deque(self.said, 5)}"
            await asyncio.sleep(0.01)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)


@asynccontextmanager
async def process(database: Database, name: str) -> AsyncIterator[Process]:
    url = database.engine.url.render_as_string(hide_password=False)
    arguments = [url, name, json.dumps(SETTINGS), str(PARTITIONS), str(COPY_S)]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.monitoring.replica_process",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=None,
    )
    replica = Process(name, child)
    listening = asyncio.create_task(replica.listen())
    try:
        yield replica
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        await listening


@asynccontextmanager
async def two_writing_processes(database: Database) -> AsyncIterator[tuple[Process, Process, asyncpg.Connection]]:
    """Yields when each of them writes to its half of the partitions."""
    async with AsyncExitStack() as stack:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        observer = await asyncpg.connect(url)
        stack.push_async_callback(observer.close)
        await observer.execute("CREATE TABLE written (partition int, epoch bigint, name text, at timestamptz)")
        both = [await stack.enter_async_context(process(database, name)) for name in ("first", "second")]
        for replica in both:
            await replica.until_writing_to(PARTITIONS // 2)
        yield both[0], both[1], observer


def partitions_of(replica: Process) -> set[int]:
    return set(replica.last("committed")["partitions"])


async def until_taken_over(successor: Process, partitions: set[int], after: float) -> float:
    """When the successor has committed to all of the partitions."""
    while True:
        said = await successor.until("committed", after=after, within_s=10)
        if partitions <= set(said["partitions"]):
            return float(said["at"])
        after = said["at"]


async def test_a_replica_frozen_in_a_copy_is_succeeded_within_twice_the_lease_and_its_late_commit_fails(
    database: Fresh,
):
    async with two_writing_processes(await database("monitoring")) as (frozen, successor, observer):
        lost = partitions_of(frozen)
        await frozen.until("copying", after=frozen.said[-1]["at"])
        freeze(frozen.process.pid)
        stopped_at = monotonic()
        assert await until_taken_over(successor, lost, stopped_at) - stopped_at < 2 * LEASE_S
        committed = await observer.fetchval("SELECT count(*) FROM written WHERE name = 'first'")

        frozen.signal(signal.SIGCONT)
        thawed_at = monotonic()
        assert (await frozen.until("failed", after=thawed_at))["reason"]
        assert committed == await observer.fetchval("SELECT count(*) FROM written WHERE name = 'first'")
        await frozen.until("committed", after=thawed_at)
        assert await epochs_in_turn(observer)


async def test_a_killed_replica_is_succeeded_before_its_lease_ends(database: Fresh):
    async with two_writing_processes(await database("monitoring")) as (killed, successor, observer):
        lost = partitions_of(killed)
        await killed.until("copying", after=killed.said[-1]["at"])
        killed.signal(signal.SIGKILL)
        killed_at = monotonic()
        assert await until_taken_over(successor, lost, killed_at) - killed_at < LEASE_S + 2 * COPY_S
        assert await epochs_in_turn(observer)


async def test_a_terminated_replica_hands_over_without_force(database: Fresh):
    async with two_writing_processes(await database("monitoring")) as (leaving, successor, observer):
        lost = partitions_of(leaving)
        await leaving.until("copying", after=leaving.said[-1]["at"])
        leaving.signal(signal.SIGTERM)
        asked_at = monotonic()
        assert await asyncio.wait_for(leaving.process.wait(), 10) == 0
        await until_taken_over(successor, lost, asked_at)
        assert not await observer.fetchval("SELECT count(*) FROM lease_move WHERE forced")
        assert await epochs_in_turn(observer)


async def epochs_in_turn(observer: asyncpg.Connection) -> bool:
    """Whether nobody has written under an epoch of somebody else, nor under one that had ended."""
    holders = await observer.fetchval(
        "SELECT count(*) FROM (SELECT FROM written GROUP BY partition, epoch HAVING count(DISTINCT name) > 1)"
    )
    moved = await observer.fetchval(
        "SELECT count(*) FROM written JOIN lease_move USING (partition, epoch) JOIN replica ON replica.id = to_replica"
        " WHERE replica.name <> written.name"
    )
    return holders == moved == 0
