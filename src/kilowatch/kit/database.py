"""A service's own PostgreSQL database: pool, transactions, migrations."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kilowatch.kit.errors import Unavailable

#: No request of ours may hold a lock or a connection longer than this.
STATEMENT_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Database:
    """The database of one service. Only edges call `transaction`; handlers are given the connection."""

    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed on leaving, rolled back on an error. Raises `Unavailable` without a server."""
        async with self.session() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncConnection]:
        """A connection held across transactions, for what belongs to a session: LISTEN, advisory locks."""
        try:
            async with self.engine.connect() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
            raise Unavailable("The database does not answer.") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("The database connection was lost.") from error
            raise

    async def check(self) -> None:
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1"))


@asynccontextmanager
async def open_database(url: str, service: str, *, pool_size: int = 5) -> AsyncIterator[Database]:
    """Connect to `url`, bring its schema up to date with `kilowatch.SERVICE.migrations`, and close it on leaving."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": STATEMENT_TIMEOUT_MS / 1000,
            "server_settings": {
                "application_name": f"kilowatch-{service}",
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": str(STATEMENT_TIMEOUT_MS),
                "timezone": "UTC",
            },
        },
    )
    try:
        await migrate(engine, service)
        yield Database(engine)
    finally:
        await engine.dispose()


async def migrate(engine: AsyncEngine, service: str) -> None:
    """Upgrade the schema to the newest revision.

    Replicas may start together: an advisory lock lets one migrate while the others wait, then find nothing to do.
    """
    async with engine.connect() as connection:
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _lock_key(service)})
        await connection.commit()
        try:
            await connection.run_sync(_upgrade, service)
            await connection.commit()
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _lock_key(service)})
            await connection.commit()


def _upgrade(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(resources.files("kilowatch.kit") / "migrations"))
    config.set_main_option("version_locations", str(resources.files(f"kilowatch.{service}") / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _lock_key(service: str) -> int:
    digest = hashlib.sha256(f"kilowatch/migrate/{service}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
