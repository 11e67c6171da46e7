"""The statements of a lease keeper."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from kilowatch.kit.database import AWAY, Database
from kilowatch.kit.errors import Unavailable
from kilowatch.monitoring.domain.leases import Lease, LeaseRow, Replica, ReplicaRow, Ring, Standing
from kilowatch.monitoring.leases import queries

#: Nothing here waits for work in progress, so a statement this slow means a sick server or link.
TIMEOUT_S: Final = 2.0
LOCK_TIMEOUT_MS: Final = 500
HISTORY_DAYS: Final = 30

#: A pid is used again; together with the start it names a backend for ever.
Backend = tuple[int, datetime]

#: A lease and for how long it is still proven, in seconds; may be negative.
Proofs = Mapping[Lease, float]


class LeaseStore:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever leases or members change."""
        async with self._turn:
            with _unavailable():
                await self._connection.add_listener(queries.CHANNEL, lambda *_: wake())

    async def prepare(self, partitions: int) -> None:
        await self._fetch(queries.MAKE_LEASES, partitions)
        for query in queries.TIDY:
            await self._fetch(query, HISTORY_DAYS)

    async def ring(self, partitions: int) -> Ring:
        replicas = [_replica(row) for row in await self._fetch(queries.REPLICAS)]
        leases = await self._fetch(queries.LEASES, partitions)
        return Ring(leases[0]["now"], replicas, [_lease(row) for row in leases])

    async def join(self, replica: Replica) -> None:
        await self._fetch(queries.JOIN, replica.id, replica.name)

    async def leave(self, replica: UUID) -> None:
        """Be given nothing more; what it still holds is its own."""
        await self._fetch(queries.LEAVE, replica, "left", Standing.LEAVING, None)

    async def left(self, replica: UUID) -> None:
        await self._fetch(queries.LEAVE, replica, "left", Standing.OUT, None)

    async def strike(self, row: ReplicaRow) -> None:
        """Let anybody take what it holds, unless it has been seen since `row` was read."""
        await self._fetch(queries.LEAVE, row.replica.id, "lost", Standing.OUT, row.seen_at)

    async def beat(self, replica: UUID) -> None:
        await self._fetch(queries.BEAT, replica)

    async def renew(self, replica: UUID, proofs: Proofs) -> set[int]:
        """Let each lease last as long as it is proven. Gives the partitions that are still the replica's."""
        partitions = [lease.partition for lease in proofs]
        epochs = [lease.epoch for lease in proofs]
        rows = await self._fetch(queries.RENEW, replica, partitions, epochs, list(proofs.values()))
        return {row["partition"] for row in rows}

    async def record(self, replica: UUID, backends: Collection[Backend]) -> None:
        await self._fetch(queries.RECORD_BACKENDS, replica, *_columns(backends))

    async def end(self, backends: Collection[Backend]) -> None:
        await self._fetch(queries.END_BACKENDS, *_columns(backends))

    async def end_backends_of(self, replica: UUID) -> int:
        """End whatever the replica could still write with. Gives how many there were; ask until there are none."""
        return len(await self._fetch(queries.END_BACKENDS_OF, replica))

    async def take(self, row: LeaseRow, replica: UUID, lease_s: float) -> Lease | None:
        """The lease under its next epoch, or None when it is no longer as `row` says."""
        partition = row.lease.partition
        taken = await self._fetch(queries.TAKE, partition, row.lease.epoch, row.expires_at, replica, lease_s)
        return Lease(partition, taken[0]["epoch"]) if taken else None

    async def release(self, lease: Lease, replica: UUID) -> None:
        await self._fetch(queries.RELEASE, lease.partition, lease.epoch, replica)

    async def _fetch(self, query: str, *arguments: object) -> list[Any]:
        async with self._turn:
            with _unavailable():
                rows: list[Any] = await self._connection.fetch(query, *arguments)
                return rows


@asynccontextmanager
async def open_lease_store(database: Database) -> AsyncIterator[LeaseStore]:
    """On a connection of its own, so that nothing slow is in front of a heartbeat. Raises `Unavailable`."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with _unavailable():
        connection = await asyncpg.connect(url, timeout=TIMEOUT_S, command_timeout=TIMEOUT_S, server_settings=_SETTINGS)
    try:
        yield LeaseStore(connection)
    finally:
        await _close(connection)


_SETTINGS: Final = {
    "application_name": "kilowatch-monitoring-leases",
    "lock_timeout": str(LOCK_TIMEOUT_MS),
    "statement_timeout": str(int(TIMEOUT_S * 1000)),
    "synchronous_commit": "on",
    "timezone": "UTC",
}


async def _close(connection: asyncpg.Connection) -> None:
    try:
        await connection.close(timeout=TIMEOUT_S)
    except (*AWAY, asyncpg.PostgresError):
        connection.terminate()


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise Unavailable("The database of the leases does not answer.") from error


def _columns(backends: Collection[Backend]) -> tuple[list[int], list[datetime]]:
    return [pid for pid, _ in backends], [started_at for _, started_at in backends]


def _replica(row: asyncpg.Record) -> ReplicaRow:
    return ReplicaRow(Replica(row["id"], row["name"]), Standing(row["standing"]), row["connected"], row["seen_at"])


def _lease(row: asyncpg.Record) -> LeaseRow:
    return LeaseRow(Lease(row["partition"], row["epoch"]), row["replica_id"], row["expires_at"])
