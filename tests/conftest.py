"""Fixtures for every test: a real PostgreSQL, started once a session on a free port, and a fresh database each."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from kilowatch.kit.database import Database, open_database
from kilowatch.kit.postgres import create_databases, embedded_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server; gives the URL of a database by name."""
    directory = Path(tempfile.mkdtemp(prefix="kw-pg-"))
    # Nothing here outlives the session, so nothing need reach the disk.
    with embedded_postgres(directory, {"fsync": "off", "full_page_writes": "off"}) as server:
        yield server.superuser_url
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
async def fresh_url(postgres: Callable[[str], str]) -> Callable[[str], Awaitable[str]]:
    """Makes an empty database for a service and gives its URL."""

    async def create(service: str) -> str:
        name = f"{service}_{uuid4().hex[:8]}"
        await create_databases(postgres, [name])
        return postgres(name)

    return create


@pytest.fixture
async def database(fresh_url: Callable[[str], Awaitable[str]]) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Opens a fresh, migrated database of a service: `await database("devices")`."""
    async with AsyncExitStack() as stack:

        async def open_fresh(service: str) -> Database:
            return await stack.enter_async_context(open_database(await fresh_url(service), service))

        yield open_fresh
