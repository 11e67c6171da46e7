"""What watching limits costs the write path: the same commits with limits and without, in turn, side by side."""

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np

from benchmarks.fleet import FIRST_ID, devices
from benchmarks.load import DEVICES, STEP_S, WH_A_MINUTE
from kilowatch.contracts.batch import READING, Batch, BatchHeader, Source
from kilowatch.contracts.metering import Device
from kilowatch.kit.database import migrate
from kilowatch.kit.instants import microseconds
from kilowatch.kit.postgres import Server, embedded_postgres
from kilowatch.monitoring.ledger.commit import Ledger
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.intake import Work
from kilowatch.monitoring.ledger.recent import Recent
from tests.databases import databases_of, hold_lease

COMMITS: Final = 60
QUARTERS: Final = 4  #: a commit has a reading of every fourth device
WARM: Final = 8  #: commits that meet devices for the first time, and are not counted
BEGAN: Final = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=8)


async def measure() -> dict[str, float]:
    """`limits_cost`: how much longer a commit takes with a limit for each device, as a share of one without."""
    watched = devices(DEVICES)
    free = [replace(device, hourly_limit_kwh=None) for device in watched]
    with tempfile.TemporaryDirectory(prefix="kw-bench-") as name, embedded_postgres(Path(name)) as server:
        async with AsyncExitStack() as stack:
            ledgers = [
                await stack.enter_async_context(_open_ledger(server, database, fleet))
                for database, fleet in (("with_limits", watched), ("without", free))
            ]
            seconds = np.zeros((COMMITS, len(ledgers)))
            for number in range(COMMITS):
                for which in (0, 1) if number % 2 else (1, 0):  # neither always meets the caches of the other
                    seconds[number, which] = await _write(ledgers[which], number)
    with_limits, without = np.median(seconds[WARM:], axis=0)
    print(f"  {with_limits * 1_000:.0f} ms with limits, {without * 1_000:.0f} without")
    return {"limits_cost": float(with_limits / without) - 1}


@asynccontextmanager
async def _open_ledger(server: Server, name: str, fleet: Sequence[Device]) -> AsyncIterator[Ledger]:
    url = await databases_of(server)(name)
    await migrate(url, "monitoring")
    ledger = await Ledger.open(
        url.replace("+asyncpg", ""), Recent(Fleet.of(fleet)), partitions=1, clock=lambda: datetime.now(UTC)
    )
    await hold_lease(ledger.connection)
    yield ledger
    await ledger.connection.close()


async def _write(ledger: Ledger, number: int) -> float:
    """One commit, in seconds."""
    minute, quarter = divmod(number, QUARTERS)
    rows = np.zeros(DEVICES // QUARTERS, READING)
    rows["device"] = FIRST_ID + np.arange(len(rows)) * QUARTERS + quarter
    rows["time"] = microseconds(BEGAN) + minute * STEP_S * 1_000_000
    rows["value"] = 2_000 + minute * WH_A_MINUTE / 1_000
    batch = Batch(BatchHeader(id=uuid4(), received_at=microseconds(datetime.now(UTC)), source=Source.LIVE), rows)
    began = time.perf_counter()
    await ledger.write([Work(0, 1, batch)])
    return time.perf_counter() - began
