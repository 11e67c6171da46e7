"""Databases that live as long as a test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from kilowatch.kit.database import migrate
from kilowatch.kit.postgres import Server, create_databases

#: Makes a database for a service and gives its URL.
FreshUrl = Callable[[str], Awaitable[str]]


@asynccontextmanager
async def fresh_databases(url: Callable[[str], str], *, empty: bool = False) -> AsyncIterator[FreshUrl]:
    """`url` gives the superuser's URL of a database by name. What is made has the service's schema, unless it is to be
    `empty`, and is dropped at the end."""
    names: list[str] = []
    async with _session(url) as connection:

        async def create(service: str) -> str:
            template = "template1" if empty else await _migrated(connection, url, service)
            names.append(f"{service}_{uuid4().hex[:8]}")
            await connection.execute(f'CREATE DATABASE "{names[-1]}" TEMPLATE {template} STRATEGY FILE_COPY')
            return url(names[-1])

        yield create
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def databases_of(server: Server) -> FreshUrl:
    """Empty ones, named as their service, on a server of one's own."""

    async def create(service: str) -> str:
        await create_databases(server.superuser_url, [service])
        return server.superuser_url(service)

    return create


async def hold_lease(connection: asyncpg.Connection, epoch: int = 1) -> None:
    """In a database of monitoring: partition 0 is ours, and our connection is on record."""
    await connection.execute(f"""
        INSERT INTO replica SELECT gen_random_uuid(), 'test', 'member', now(), pid, backend_start
            FROM pg_stat_get_activity(pg_backend_pid());
        INSERT INTO write_backend SELECT backend_pid, backend_started_at, id FROM replica;
        INSERT INTO lease SELECT 0, {epoch}, id, now() + interval '1 hour' FROM replica
    """)


async def _migrated(connection: asyncpg.Connection, url: Callable[[str], str], service: str) -> str:
    """The schema of a service, made once a server: a copy takes a fifth of the time that all migrations take."""
    template = f"migrated_{service}"
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", template):
        await create_databases(url, [template])
        await migrate(url(template), service)
    return template


@asynccontextmanager
async def _session(url: Callable[[str], str]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url("postgres").replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()
