"""A replica as a process of its own, to be killed and frozen. Prints one JSON object a line.

    python -m tests.integration.monitoring.replica_process URL NAME SETTINGS ROWS_PER_COPY PAUSE_S

It writes to the table `written` under each lease it holds, one COPY of `rows` rows a transaction with pauses inside,
so that a signal hits it in the middle.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from signal import SIGTERM
from time import monotonic
from uuid import uuid4

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from kilowatch.kit.database import Database
from kilowatch.kit.telemetry import LogFormat, configure_logging
from kilowatch.monitoring.leases import Lease, LeaseKeeper, LeaseLost, LeaseSettings, Replica, fence

CHUNKS = 20


def say(what: str, **facts: object) -> None:
    print(json.dumps({"what": what, **facts}), flush=True)  # noqa: T201


class CopyingConsumer:
    """Copies into the database under its leases, all partitions in one transaction, again and again."""

    def __init__(self, url: str, name: str, copy_s: float) -> None:
        self._url = url
        self._name = name
        self._copy_s = copy_s
        self._leases: dict[int, Lease] = {}
        self._connection: asyncpg.Connection | None = None
        self._backend: tuple[int, datetime] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self, lease: Lease) -> None:
        self._leases[lease.partition] = lease
        say("started", partition=lease.partition, epoch=lease.epoch)

    async def stop(self, partition: int) -> None:
        del self._leases[partition]
        await self._idle.wait()

    async def drop(self, partition: int) -> None:
        del self._leases[partition]

    def proven_at(self, partition: int) -> float:
        return monotonic()

    def backends(self) -> list[tuple[int, datetime]]:
        return [self._backend] if self._backend else []

    async def run(self) -> None:
        while True:
            try:
                await self._connect()
                while True:
                    await self._write()
            except LeaseLost as error:
                say("refused", reason=str(error))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                say("failed", reason=type(error).__name__)
            finally:
                self._idle.set()
                if self._connection:
                    self._connection.terminate()
            await asyncio.sleep(0.05)

    async def _connect(self) -> None:
        self._connection = await asyncpg.connect(self._url)
        row = await self._connection.fetchrow("SELECT pid, backend_start FROM pg_stat_get_activity(pg_backend_pid())")
        self._backend = row["pid"], row["backend_start"]

    async def _write(self) -> None:
        leases = dict(self._leases)
        if not leases:
            await asyncio.sleep(0.02)
            return
        assert self._connection
        self._idle.clear()
        async with self._connection.transaction():
            await fence(self._connection, {lease.partition: lease.epoch for lease in leases.values()})
            say("copying", partitions=sorted(leases))
            await self._connection.copy_to_table("written", source=self._rows(leases), format="text")
        self._idle.set()
        say("committed", partitions=sorted(leases), epochs=[lease.epoch for lease in leases.values()])

    async def _rows(self, leases: dict[int, Lease]) -> AsyncIterator[bytes]:
        for _ in range(CHUNKS):
            await asyncio.sleep(self._copy_s / CHUNKS)
            for lease in leases.values():
                yield f"{lease.partition}\t{lease.epoch}\t{self._name}\t\\N\n".encode()


async def main(url: str, name: str, settings: str, partitions: str, copy_s: str) -> None:
    configure_logging(LogFormat.JSON)  # to standard error
    database = Database(create_async_engine(url))
    consumer = CopyingConsumer(url.replace("+asyncpg", ""), name, float(copy_s))
    keeper = LeaseKeeper(
        database,
        partitions=int(partitions),
        replica=Replica(uuid4(), name),
        settings=LeaseSettings(**json.loads(settings)),
        consumer=consumer,
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(SIGTERM, stopping.set)
    writing = asyncio.create_task(consumer.run())
    await keeper.job()(stopping)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
