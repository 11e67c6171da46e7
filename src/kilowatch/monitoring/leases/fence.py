"""The fence in front of every write."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Final

import asyncpg

from kilowatch.kit.errors import Unavailable
from kilowatch.monitoring.leases.queries import EPOCHS, FENCE

#: A new connection is put on record by the next heartbeat.
RECORDING_S: Final = 3.0
POLL_S: Final = 0.02


class LeaseLost(Unavailable):
    """Somebody else holds it now: drop what was read under it, commit nothing."""


class NotOnRecord(Unavailable):
    """A takeover would not know of this backend, so it may not write: nobody has put it on record."""


async def fence(connection: asyncpg.Connection, epochs: Mapping[int, int]) -> None:
    """Hold the leases (partition → epoch) until the transaction ends: nobody can take them over before.

    The first statement of a write transaction, so that whoever holds any other lock of ours holds these too. Waits for
    a new connection to be put on record, holding nothing.
    """
    deadline = monotonic() + RECORDING_S
    while await _epochs(connection, FENCE, epochs) != epochs:
        now_valid = await _epochs(connection, EPOCHS, epochs)
        if lost := sorted(partition for partition in epochs if now_valid.get(partition) != epochs[partition]):
            raise LeaseLost(f"The lease on partition {', '.join(map(str, lost))} has passed to another replica.")
        if monotonic() > deadline:
            raise NotOnRecord("This database connection is not on the record of its replica.")
        await asyncio.sleep(POLL_S)


async def _epochs(connection: asyncpg.Connection, query: str, partitions: Mapping[int, int]) -> dict[int, int]:
    return {row["partition"]: row["epoch"] for row in await connection.fetch(query, list(partitions))}
