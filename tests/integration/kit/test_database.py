import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.database import Database, driver_of, listen, migrate, open_database, schema_state
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.locks import try_lock


async def test_replicas_that_start_together_migrate_once(empty_url: Callable[[str], Awaitable[str]]):
    url = await empty_url("users")
    await asyncio.gather(*(migrate(url, "users") for _ in range(4)))
    assert (await schema_state(url, "users")).is_current


async def test_an_empty_database_is_told_from_a_current_one(empty_url: Callable[[str], Awaitable[str]]):
    url = await empty_url("users")
    assert not (await schema_state(url, "users")).is_current
    async with open_database(url, "users"):
        assert (await schema_state(url, "users")).is_current


async def test_a_deadlock_is_told_as_try_again(bare_database: Callable[[], Awaitable[Database]]):
    database = await bare_database()
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE pair (n int); "))
        await connection.execute(text("INSERT INTO pair VALUES (1), (2)"))
    both_hold_one = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT * FROM pair WHERE n = :n FOR UPDATE"), {"n": first})
            await both_hold_one.wait()
            await connection.execute(text("SELECT * FROM pair WHERE n = :n FOR UPDATE"), {"n": second})

    outcomes = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [Unavailable]


async def test_a_backend_that_was_ended_is_told_as_try_again_and_the_pool_heals(
    bare_database: Callable[[], Awaitable[Database]],
):
    database = await bare_database()
    with pytest.raises(Unavailable):
        async with database.transaction() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await database.check()


async def test_what_a_session_had_ends_with_it(bare_database: Callable[[], Awaitable[Database]]):
    database = await bare_database()
    for _ in range(2):
        async with database.session() as connection:
            assert await try_lock(connection, "turn")


async def test_who_listens_is_woken_and_can_tell_that_the_connection_is_lost(
    bare_database: Callable[[], Awaitable[Database]],
):
    database, wake = await bare_database(), asyncio.Event()
    async with database.session() as connection:
        is_deaf = await listen(connection, "news", wake)
        async with database.transaction() as other:
            await other.execute(text("NOTIFY news"))
        async with asyncio.timeout(30):
            await wake.wait()
        assert not is_deaf()
        await cut_off(database, connection)
        async with asyncio.timeout(30):
            while not is_deaf():
                await asyncio.sleep(0.01)


async def test_listening_on_a_connection_that_is_lost_is_told_as_try_again(
    bare_database: Callable[[], Awaitable[Database]],
):
    database = await bare_database()

    async def listen_when_it_is_lost() -> None:
        async with database.session() as connection:
            await cut_off(database, connection)
            await listen(connection, "news", asyncio.Event())

    with pytest.raises(Unavailable):
        await listen_when_it_is_lost()


async def cut_off(database: Database, connection: AsyncConnection) -> None:
    pid = (await driver_of(connection)).get_server_pid()
    async with database.transaction() as other:
        assert await other.scalar(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})


async def test_no_server_is_told_as_try_again():
    with pytest.raises(Unavailable):
        await migrate("postgresql+asyncpg://nobody@/none?host=/nonexistent", "users")


async def test_a_defect_in_a_statement_is_not_hidden(bare_database: Callable[[], Awaitable[Database]]):
    database = await bare_database()
    with pytest.raises(Exception, match="does not exist") as raised:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT * FROM nothing"))
    assert not isinstance(raised.value, Unavailable)
