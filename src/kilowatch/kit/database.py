"""A service's own PostgreSQL database: pool, transactions, migrations."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kilowatch.kit.errors import Unavailable

#: No request of ours may hold a lock or a connection longer than this.
STATEMENT_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_S = 5.0


#: What the driver raises when the server or the link is away, or overloaded: nothing is wrong with what was asked.
AWAY: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server's farewell has been read, the end of the connection not yet
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.PostgresSystemError,
)


@dataclass(frozen=True, slots=True)
class Database:
    """The database of one service. Only edges and jobs call `transaction`; handlers and stores are given it."""

    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed on leaving, rolled back on an error. Raises `Unavailable` without a server."""
        async with self._connected() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncConnection]:
        """A connection held across transactions, for what belongs to a session and ends with it: LISTEN, locks."""
        async with self._connected() as connection:
            try:
                yield connection
            finally:
                await connection.invalidate()  # not given back to the pool

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.connect() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout, *AWAY) as error:
            raise Unavailable("The database does not answer.") from error
        except DBAPIError as error:
            if error.connection_invalidated or _passes(error):
                raise Unavailable("The database could not do this now.") from error
            if _is_refusal(error):
                raise Unavailable(f"The database does not let us in: {_words(error)}") from error
            raise

    async def check(self) -> None:
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1"))


#: Classes of SQLSTATE that say "not now" and nothing about the statement: connection lost, deadlock or serialisation,
#: out of resources, lock not available, shutting down or cancelled, disk trouble.
_PASSING: Final = ("08", "40", "53", "55", "57", "58")
#: No such login, another password, no such database, no right to connect to it.
_REFUSING: Final = ("28", "3D", "42501")


def _passes(error: DBAPIError) -> bool:
    return _sqlstate(error).startswith(_PASSING)


def _is_refusal(error: DBAPIError) -> bool:
    return error.statement is None and _sqlstate(error).startswith(_REFUSING)


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _words(error: DBAPIError) -> str:
    """The server's own, without the name of the class that the driver puts before them."""
    return str(getattr(error.orig, "__cause__", None) or error.orig)


async def driver_of(connection: AsyncConnection) -> asyncpg.Connection:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    return driver


async def listen(connection: AsyncConnection, channel: str, wake: asyncio.Event) -> Callable[[], bool]:
    """Set `wake` at each NOTIFY on `channel`, for a session. Gives what tells whether it is lost, unheard."""
    driver = await driver_of(connection)
    await driver.add_listener(channel, lambda *_: wake.set())
    is_lost: Callable[[], bool] = driver.is_closed
    return is_lost


@asynccontextmanager
async def open_database(url: str, service: str, *, pool_size: int = 5) -> AsyncIterator[Database]:
    """Connect to `url`, bring its schema up to date with `kilowatch.SERVICE.migrations`, and close it on leaving."""
    await migrate(url, service)
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,  # an error in the log must not tell what was being stored
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": STATEMENT_TIMEOUT_MS / 1000,
            "server_settings": _session_settings(service)
            | {
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": str(STATEMENT_TIMEOUT_MS),
            },
        },
    )
    try:
        yield Database(engine)
    finally:
        await engine.dispose()


async def migrate(url: str, service: str) -> None:
    """Upgrade the schema to the newest revision. Raises `Unavailable`.

    Replicas may start together: an advisory lock lets one migrate while the others wait, then find nothing to do.
    """
    async with _migration_session(url, service) as connection:
        # Not unlocked: the lock ends with the connection, whatever state a failed migration left that in.
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _lock_key(service)})
        await connection.commit()
        await connection.run_sync(_upgrade, service)
        await connection.commit()


@dataclass(frozen=True, slots=True)
class SchemaState:
    current: str | None  #: None: empty
    newest: str | None

    @property
    def is_current(self) -> bool:
        return self.current == self.newest


async def schema_state(url: str, service: str) -> SchemaState:
    """Which revision the schema has, and which it should have. Raises `Unavailable`."""
    async with _migration_session(url, service) as connection:
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return SchemaState(current, ScriptDirectory.from_config(_configuration(service)).get_current_head())


@asynccontextmanager
async def _migration_session(url: str, service: str) -> AsyncIterator[AsyncConnection]:
    """A connection without the time limits of ordinary work: a migration takes the time it takes."""
    arguments = {"timeout": CONNECT_TIMEOUT_S, "server_settings": _session_settings(f"{service}-migration")}
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    try:
        async with Database(engine).session() as connection:
            yield connection
    finally:
        await engine.dispose()


def _session_settings(name: str) -> dict[str, str]:
    return {"application_name": f"kilowatch-{name}", "timezone": "UTC"}


def _upgrade(connection: Connection, service: str) -> None:
    config = _configuration(service)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _configuration(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("kilowatch.kit") / "migrations"))
    config.set_main_option("version_locations", str(resources.files(f"kilowatch.{service}") / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _lock_key(service: str) -> int:
    digest = hashlib.sha256(f"kilowatch/migrate/{service}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
