"""The fence in front of every write."""

from collections.abc import Mapping

import asyncpg

from kilowatch.kit.errors import Unavailable
from kilowatch.monitoring.leases.queries import FENCE


class LeaseLost(Unavailable):
    """Somebody else holds it now: drop what was read under it, commit nothing."""


class NotOnRecord(Unavailable):
    """No takeover would know this backend yet. The next heartbeat records it: try the same write again."""


async def fence(connection: asyncpg.Connection, epochs: Mapping[int, int]) -> None:
    """Hold the leases (partition → epoch) until the transaction ends: nobody can take them over before.

    The first statement of a write transaction, so that whoever holds any other lock of ours holds these too.
    """
    rows = await connection.fetch(FENCE, list(epochs))
    valid = {row["partition"] for row in rows if row["epoch"] == epochs[row["partition"]]}
    if lost := sorted(epochs.keys() - valid):
        raise LeaseLost(f"The lease on partition {', '.join(map(str, lost))} has passed to another replica.")
    if not all(row["on_record"] for row in rows):
        raise NotOnRecord("This database connection is too new to write.")
