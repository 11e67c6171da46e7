"""A login and a database of its own for each service."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import asyncpg

from kilowatch.kit.errors import Unavailable

#: What a server that starts, stops, has too much to do or another password has its clients see.
NOT_NOW: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.ObjectInUseError,  # the template of a new database, by somebody who looks into it
)


async def create_databases(url: Callable[[str], str], names: Iterable[str]) -> None:
    """Create the databases that do not exist yet, owned by the superuser whose URLs `url` gives."""
    async with _session(url("postgres")) as connection:
        for name in await _missing(connection, "SELECT datname FROM pg_database", names):
            await connection.execute(f'CREATE DATABASE "{name}"')


async def create_logins(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Give each service (the keys) a login and a database of its name, that no other service can connect to.

    Sets the passwords every time, so that a secret which was lost or changed is put right by a restart. Done again from
    the beginning it does no harm. Raises `Unavailable`.
    """
    async with _session(superuser_url) as connection:
        # A password must not come to lie in the server's log, however slow or wrong the statement.
        await connection.execute("SET log_min_duration_statement = -1; SET log_min_error_statement = panic")
        await connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
        for service in await _missing(connection, "SELECT rolname FROM pg_roles", passwords):
            await connection.execute(f'CREATE ROLE "{service}" LOGIN')
        for service, password in passwords.items():
            literal = await connection.fetchval("SELECT quote_literal($1::text)", password)
            await connection.execute(f'ALTER ROLE "{service}" PASSWORD {literal}')
        for service in await _missing(connection, "SELECT datname FROM pg_database", passwords):
            await connection.execute(f'CREATE DATABASE "{service}" OWNER "{service}"')
        for service in passwords:
            await connection.execute(f'REVOKE ALL ON DATABASE "{service}" FROM PUBLIC')


@asynccontextmanager
async def _session(url: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=10, command_timeout=60)
        try:
            yield connection
        finally:
            await connection.close()
    except NOT_NOW as error:
        place = urlsplit(url).hostname
        raise Unavailable(f"PostgreSQL{f' at {place}' if place else ''} does not answer: {error}") from error


async def _missing(connection: asyncpg.Connection, query: str, names: Iterable[str]) -> list[str]:
    existing = {row[0] for row in await connection.fetch(query)}
    return sorted(set(names) - existing)
