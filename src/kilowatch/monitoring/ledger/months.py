"""The readings table has a partition for each month (UTC), made before the first reading of that month is written."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import numpy as np

from kilowatch.monitoring.domain.usage import Ints
from kilowatch.monitoring.ledger.columns import Connection

#: Replicas may come to the same new month together.
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('kilowatch/months'))"


def months_of(times: Ints) -> Ints:
    """Months since January 1970 of times in µs, each once."""
    if not len(times):
        return times
    ends = _month(np.array([times.min(), times.max()]))
    return ends[:1] if ends[0] == ends[1] else np.unique(_month(times))


def _month(times: Ints) -> Ints:
    return times.astype("M8[us]").astype("M8[M]").astype(np.int64)


def partition_name(month: int) -> str:
    return f"reading_{1970 + month // 12}_{month % 12 + 1:02}"


async def make_months(connection: Connection, months: Iterable[int]) -> None:
    """Make the partitions that do not exist yet, in a transaction of its own.

    The table is made apart and then attached: CREATE … PARTITION OF would lock out everyone who reads or writes.
    """
    async with connection.transaction():
        await connection.execute(LOCK)
        for month in months:
            if await connection.fetchval("SELECT to_regclass($1) IS NULL", partition_name(month)):
                await _make_month(connection, month)


async def _make_month(connection: Connection, month: int) -> None:
    name, start, end = partition_name(month), _start(month), _start(month + 1)
    await connection.execute(f"CREATE TABLE {name} (LIKE reading INCLUDING ALL)")
    await connection.execute(f"ALTER TABLE reading ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')")


def _start(month: int) -> str:
    return datetime(1970 + month // 12, month % 12 + 1, 1, tzinfo=UTC).isoformat()
