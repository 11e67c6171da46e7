"""A year of one meter's usage among a thousand, asked by the API: by day, as the web app draws a year, and by hour."""

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import asyncpg
import numpy as np

from benchmarks.fleet import FIRST_ID, devices
from benchmarks.house import open_own_house
from kilowatch.kit.database import open_database
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.domain.usage import SLOT, SLOT_US
from kilowatch.monitoring.ledger.columns import copy_rows, postgres_time
from kilowatch.monitoring.ledger.usage import SLOT_COLUMNS
from kilowatch.monitoring.store.projection import ProjectionStore
from tests.house import Person

SERVICES: Final = ("auth", "users", "devices", "balancer", "monitoring")
METERS: Final = int(os.environ.get("BENCH_YEAR_METERS", "1000"))
QUESTIONS: Final = 500
WARM_UP: Final = 10
YEAR: Final = 2025
#: A meter's slots lie beside each other a month at a time, as `monitoring.settling` leaves them.
MONTHS: Final = [datetime(YEAR + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(13)]
METERS_A_COPY: Final = 100


async def measure() -> dict[str, float]:
    async with open_own_house(SERVICES) as house:
        administrator = await house.administrator()
        await _fill(house.surroundings.database_url("monitoring"))
        by_day = await _seconds(administrator, "day")
        by_hour = await _seconds(administrator, "hour")
    return {
        "year_query_p50_ms": float(np.percentile(by_day, 50)) * 1_000,
        "year_query_p99_ms": float(np.percentile(by_day, 99)) * 1_000,
        "year_of_hours_p99_ms": float(np.percentile(by_hour, 99)) * 1_000,
    }


async def _fill(url: str) -> None:
    fleet = devices(METERS)
    async with open_database(url, "monitoring") as database, database.transaction() as connection:
        await ProjectionStore(connection).save(fleet)
    ids = np.array([device.id for device in fleet])
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for start, end in pairwise(MONTHS):
        for some in np.split(ids, range(METERS_A_COPY, METERS, METERS_A_COPY)):
            columns = _slots(some, start, end)
            await connection.copy_to_table(
                "usage", source=copy_rows(SLOT_COLUMNS, columns), columns=list(columns), format="binary"
            )
    await connection.execute("VACUUM ANALYZE usage")
    await connection.close()


def _slots(meters: np.ndarray, start: datetime, end: datetime) -> dict[str, np.ndarray]:
    numbers = np.arange(microseconds(start) // SLOT_US, microseconds(end) // SLOT_US)
    rows = np.zeros(len(meters) * len(numbers), SLOT)
    rows["device"] = np.repeat(meters, len(numbers))
    numbers = np.tile(numbers, len(meters))
    rows["energy"] = 200_000 + numbers % 96 * 1_000
    rows["peak"], rows["readings"], rows["covered"] = 900.0, 15, SLOT_US
    columns = {name: rows[name] for name in SLOT.names or ()}
    return columns | {"slot": postgres_time(numbers * SLOT_US)}


async def _seconds(administrator: Person, by: str) -> list[float]:
    """How long each answer takes, of a meter chosen at random."""
    seconds = []
    for device in np.random.default_rng(3).integers(FIRST_ID, FIRST_ID + METERS, WARM_UP + QUESTIONS).tolist():
        path = f"/api/usage/devices/{device}?from={YEAR}-01-01&to={YEAR + 1}-01-01&by={by}"
        began = time.perf_counter()
        answer = await administrator.ask("GET", path)
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["series"][0]["periods"]) >= 365
    return seconds[WARM_UP:]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure()), indent=2))
