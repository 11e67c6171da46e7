"""Databases that live as long as a test."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import asyncpg

from kilowatch.kit.postgres import create_databases

#: Makes an empty database for a service and gives its URL.
FreshUrl = Callable[[str], Awaitable[str]]

MEMORY: Final = Path("/dev/shm")


def server_directory() -> Path:
    """For a server whose data nobody wants afterwards. In memory where that is offered: a database is a thousand files,
    and a disk can take minutes to remove those of a session."""
    return Path(tempfile.mkdtemp(prefix="kw-pg-", dir=MEMORY if MEMORY.is_dir() else None))


@asynccontextmanager
async def fresh_databases(url: Callable[[str], str]) -> AsyncIterator[FreshUrl]:
    """`url` gives the superuser's URL of a database by name. What is made is dropped at the end."""
    names: list[str] = []

    async def create(service: str) -> str:
        names.append(f"{service}_{uuid4().hex[:8]}")
        await create_databases(url, names[-1:])
        return url(names[-1])

    yield create
    connection = await asyncpg.connect(url("postgres").replace("+asyncpg", ""))
    for name in names:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.close()
