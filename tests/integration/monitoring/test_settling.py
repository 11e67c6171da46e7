"""Slots of a month that is over are put beside each other, and stay what they were."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from kilowatch.kit.hashing import partition_of
from kilowatch.kit.locks import try_lock
from kilowatch.monitoring.settling import LOCK, Settler
from kilowatch.monitoring.store.tables import settling
from tests.integration.monitoring.read_side import ReadSide

PARTITIONS = 4
DEVICES = 20
MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))

WRITTEN_AS_TIME_PASSES = text(
    "INSERT INTO usage SELECT device, slot, device * 1000 + extract(hour FROM slot), 1, 1, 900000000, 0, 0"
    " FROM generate_series(CAST(:first AS timestamptz), CAST(:past AS timestamptz), '15 min') AS slot"
    " CROSS JOIN generate_series(1, :devices) AS device ORDER BY slot, device"
)
PAGES = text(
    "SELECT count(DISTINCT (ctid::text::point)[0]) FROM usage"
    " WHERE device = :device AND slot >= :first AND slot < :past"
)
CONTENT = text("SELECT md5(string_agg(usage::text, ',' ORDER BY device, slot)) FROM usage")
#: In so small a table the first few devices leave enough behind for a vacuum half-way; the rest would move there.
NO_VACUUM = text("ALTER TABLE usage SET (autovacuum_enabled = off)")
LEASES = text("INSERT INTO lease (partition) SELECT generate_series(0, :last)")


@pytest.fixture
async def settler(monitoring: ReadSide) -> Settler:
    """Twenty devices whose slots of May and the first of June were written as time passed."""
    for device in range(1, DEVICES + 1):
        await monitoring.add_device(device)
    await monitoring.put_readings(1, (MAY, 1.0), (JUNE, 1.0))
    async with monitoring.database.transaction() as connection:
        await connection.execute(NO_VACUUM)
        await connection.execute(LEASES, {"last": PARTITIONS - 1})
        span = {"first": MAY, "past": JUNE.replace(day=2), "devices": DEVICES}
        await connection.execute(WRITTEN_AS_TIME_PASSES, span)
    monitoring.clock.now = JUNE.replace(day=4)
    return Settler(monitoring.database, monitoring.clock, PARTITIONS)


async def pages(monitoring: ReadSide, first=MAY, past=JUNE, device=7) -> int:
    async with monitoring.database.transaction() as connection:
        return await connection.scalar(PAGES, {"device": device, "first": first, "past": past})


async def content(monitoring: ReadSide) -> str:
    async with monitoring.database.transaction() as connection:
        return await connection.scalar(CONTENT)


async def test_a_month_that_is_over_is_settled_and_says_the_same(monitoring: ReadSide, settler: Settler):
    scattered, said, june = await pages(monitoring), await content(monitoring), await pages(monitoring, JUNE, JULY)
    await settler.settle(asyncio.Event())
    assert await pages(monitoring) * 10 < scattered
    assert await content(monitoring) == said
    assert await pages(monitoring, JUNE, JULY) == june
    assert [(row["month"], row["done"]) for row in await monitoring.rows(settling)] == [(MAY.date(), True)]


async def test_a_month_is_left_alone_while_late_readings_come(monitoring: ReadSide, settler: Settler):
    monitoring.clock.now = JUNE.replace(day=2)
    await settler.settle(asyncio.Event())
    assert await monitoring.rows(settling) == []


async def test_nothing_moves_while_somebody_writes(monitoring: ReadSide, settler: Settler):
    scattered = await pages(monitoring, device=1)
    async with monitoring.database.transaction() as writing:
        held = text("SELECT FROM lease WHERE partition = :partition FOR KEY SHARE")
        await writing.execute(held, {"partition": partition_of(1, PARTITIONS)})
        await settler.settle(asyncio.Event())
        assert await pages(monitoring, device=1) == scattered
    await settler.settle(asyncio.Event())
    assert await pages(monitoring, device=1) < scattered


async def test_one_settles_at_a_time(monitoring: ReadSide, settler: Settler):
    async with monitoring.database.session() as other:
        assert await try_lock(other, LOCK)
        await settler.settle(asyncio.Event())
        assert await monitoring.rows(settling) == []
    await settler.settle(asyncio.Event())
    assert len(await monitoring.rows(settling)) == 1


async def test_who_was_stopped_goes_on_where_it_was(monitoring: ReadSide, settler: Settler):
    stopping = asyncio.Event()
    stopping.set()
    await settler.settle(stopping)
    assert [row["done"] for row in await monitoring.rows(settling)] == [False]
    await settler.settle(asyncio.Event())
    assert [row["done"] for row in await monitoring.rows(settling)] == [True]
