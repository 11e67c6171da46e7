"""Who holds which partition, and how long it takes until each is written to again."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

POLL_S = 0.05
STATEMENT_TIMEOUT_S = 5.0
PATIENCE_S = 150.0

_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

_HELD = """
    SELECT partition, lease.epoch FROM lease JOIN replica ON replica.id = replica_id
    WHERE expires_at IS NOT NULL AND name = $1
"""
_WRITTEN = """
    SELECT partition, epoch, coalesce(accepted + duplicate + rejected, 0) AS readings
    FROM lease LEFT JOIN tally USING (partition)
"""
_WRITING = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity AS activity JOIN write_backend USING (pid)
            JOIN replica ON replica.id = replica_id
        WHERE activity.state <> 'idle' AND replica.name = $1
    )
"""


#: Waiting for the table, with its lease rows locked.
_COPYING = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity AS activity JOIN write_backend USING (pid)
            JOIN replica ON replica.id = replica_id
        WHERE activity.query LIKE 'COPY "reading"%' AND activity.wait_event_type = 'Lock' AND replica.name = $1
    )
"""


class Stuck(AssertionError):
    """A partition with a backlog is not written to."""


class Watch:
    """Asks the monitoring database, and goes on over kills of it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    async def fetch(self, query: str, *arguments: object) -> list[Any]:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                connection = await self._connected()
                return list(await connection.fetch(query, *arguments, timeout=STATEMENT_TIMEOUT_S))
            except _AWAY:
                self.close()
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(POLL_S)

    def close(self) -> None:
        if self._connection:
            self._connection.terminate()
        self._connection = None

    async def held_by(self, replica: str) -> dict[int, int]:
        """The partitions of a replica with their epochs."""
        return {row["partition"]: row["epoch"] for row in await self.fetch(_HELD, replica)}

    async def until_writing(self, replica: str, within_s: float) -> bool:
        """Return in the middle of a transaction of the replica, or when it has had none for so long."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if (await self.fetch(_WRITING, replica))[0][0]:
                return True
        return False

    @asynccontextmanager
    async def in_a_copy(self, replica: str) -> AsyncIterator[None]:
        """Holds the replica up in the middle of its COPY. On leaving, that may go on."""
        connection = await asyncpg.connect(self._url, timeout=STATEMENT_TIMEOUT_S)
        try:
            async with asyncio.timeout(PATIENCE_S), connection.transaction():
                await connection.execute("LOCK TABLE reading IN SHARE ROW EXCLUSIVE MODE")
                while not (await self.fetch(_COPYING, replica))[0][0]:
                    await asyncio.sleep(POLL_S)
                yield
        finally:
            await connection.close()

    async def until_taken_over(self, lost: Mapping[int, int]) -> None:
        """Return when each of these partitions has been written to under a later epoch."""
        before: dict[int, int] = {}
        waiting = set(lost)
        async with _Patience(waiting):
            while waiting:
                for partition, (epoch, readings) in (await self._written(waiting)).items():
                    if epoch > lost[partition] and readings > before.setdefault(partition, readings):
                        waiting.discard(partition)
                await asyncio.sleep(POLL_S)

    async def until_flowing(self, partitions: Collection[int] | None = None) -> None:
        """Return when each of these partitions, or every one, has been written to since now."""
        before = await self._written(partitions)
        waiting = set(before)
        async with _Patience(waiting):
            while waiting:
                now = await self._written(waiting)
                waiting -= {partition for partition in waiting if now[partition][1] > before[partition][1]}
                await asyncio.sleep(POLL_S)

    async def until_held(self, replica: str) -> None:
        """Return when the replica has got its share."""
        deadline = time.monotonic() + PATIENCE_S
        while not await self.held_by(replica):
            if time.monotonic() > deadline:
                raise Stuck(f"{replica} holds nothing")
            await asyncio.sleep(POLL_S)

    async def until_busy(self, replica: str) -> dict[int, int]:
        """Return when the replica writes to each partition that it holds; gives those with their epochs."""
        while True:
            await self.until_held(replica)
            held = await self.held_by(replica)
            await self.until_flowing(held)
            if held and held == await self.held_by(replica):
                return held

    async def _written(self, partitions: Collection[int] | None) -> dict[int, tuple[int, int]]:
        rows = await self.fetch(_WRITTEN)
        return {
            row["partition"]: (row["epoch"], row["readings"])
            for row in rows
            if partitions is None or row["partition"] in partitions
        }

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None:
            self._connection = await asyncpg.connect(self._url, timeout=STATEMENT_TIMEOUT_S)
        return self._connection


class _Patience:
    """A time limit that says which partitions it was about."""

    def __init__(self, waiting: Collection[int]) -> None:
        self._waiting = waiting
        self._timeout = asyncio.timeout(PATIENCE_S)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        try:
            await self._timeout.__aexit__(*error)
        except TimeoutError:
            raise Stuck(f"nothing was written for {PATIENCE_S:.0f} s to {sorted(self._waiting)}") from None
