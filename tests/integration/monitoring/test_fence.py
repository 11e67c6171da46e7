"""What the fence in front of a write lets through, and what it keeps waiting."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest

from kilowatch.kit.database import Database
from kilowatch.monitoring.leases import LeaseLost, fence
from tests.eventually import eventually
from tests.integration.monitoring.replicas import PARTITIONS, Ring, Running, ring_of

Fresh = Callable[[str], Awaitable[Database]]


async def write_connection(stack: AsyncExitStack, database: Database) -> asyncpg.Connection:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    stack.callback(connection.terminate)
    return connection


async def own_backend(connection: asyncpg.Connection):
    return tuple(await connection.fetchrow("SELECT pid, backend_start FROM pg_stat_get_activity(pg_backend_pid())"))


@asynccontextmanager
async def writer(database: Database) -> AsyncIterator[tuple[Ring, Running, asyncpg.Connection]]:
    """A replica that holds everything, and its write connection."""
    async with AsyncExitStack() as stack:
        ring = await stack.enter_async_context(ring_of(database))
        connection = await write_connection(stack, database)
        replica = ring.join("writer")
        replica.consumer.known_backends.append(await own_backend(connection))
        await eventually(lambda: replica.load == PARTITIONS)
        yield ring, replica, connection


def epochs(replica: Running) -> dict[int, int]:
    return {lease.partition: lease.epoch for lease in replica.keeper.held.values()}


async def test_a_write_under_the_leases_held_goes_through(database: Fresh):
    async with writer(await database("monitoring")) as (_, replica, connection), connection.transaction():
        await fence(connection, epochs(replica))


async def test_a_write_under_an_old_epoch_is_refused(database: Fresh):
    async with writer(await database("monitoring")) as (_, replica, connection), connection.transaction():
        with pytest.raises(LeaseLost, match="partition 3 "):
            await fence(connection, epochs(replica) | {3: 0})


async def test_a_write_to_a_partition_that_does_not_exist_is_refused(database: Fresh):
    async with writer(await database("monitoring")) as (_, replica, connection), connection.transaction():
        with pytest.raises(LeaseLost):
            await fence(connection, epochs(replica) | {PARTITIONS: 1})


async def test_a_new_connection_waits_until_it_is_on_record(database: Fresh):
    async with writer(await database("monitoring")) as (ring, replica, _), AsyncExitStack() as stack:
        connection = await write_connection(stack, ring.database)
        await stack.enter_async_context(connection.transaction())
        fencing = asyncio.create_task(fence(connection, epochs(replica)))
        await asyncio.sleep(3 * ring.settings.heartbeat_s)
        assert not fencing.done()
        replica.consumer.known_backends.append(await own_backend_of(ring.database, connection.get_server_pid()))
        await asyncio.wait_for(fencing, 5)


async def own_backend_of(database: Database, pid: int):
    async with AsyncExitStack() as stack:
        other = await write_connection(stack, database)
        return tuple(await other.fetchrow("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = $1", pid))


async def test_a_lease_is_renewed_while_a_write_under_it_is_in_progress(database: Fresh):
    async with writer(await database("monitoring")) as (ring, replica, connection), connection.transaction():
        await fence(connection, epochs(replica))
        before = await connection.fetchval("SELECT min(expires_at) FROM lease")
        await asyncio.sleep(2 * ring.settings.lease_s)
        assert await connection.fetchval("SELECT min(expires_at) FROM lease") > before
        assert replica.load == PARTITIONS


async def test_a_takeover_ends_a_write_in_progress_whose_owner_is_silent(database: Fresh):
    async with writer(await database("monitoring")) as (ring, replica, connection), AsyncExitStack() as stack:
        await stack.enter_async_context(rolled_back(connection))
        await fence(connection, epochs(replica))
        await replica.vanish()  # its write connection stays, as that of a frozen process does
        successor = ring.join("successor")
        await eventually(lambda: successor.load == PARTITIONS)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)):
            await connection.execute("INSERT INTO tally (partition, accepted) VALUES (0, 1)")


@asynccontextmanager
async def rolled_back(connection: asyncpg.Connection) -> AsyncIterator[None]:
    transaction = connection.transaction()
    await transaction.start()
    yield


async def test_a_connection_that_was_given_up_is_ended_at_the_server(database: Fresh):
    async with writer(await database("monitoring")) as (ring, replica, connection), AsyncExitStack() as stack:
        (given_up,) = replica.consumer.known_backends
        await asyncio.sleep(3 * ring.settings.heartbeat_s)
        replica.consumer.known_backends.clear()
        observer = await write_connection(stack, ring.database)
        async with asyncio.timeout(5):
            while await observer.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", given_up[0]):
                await asyncio.sleep(0.01)
        assert connection.get_server_pid() == given_up[0]
