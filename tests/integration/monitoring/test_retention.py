"""Readings that are too old are dropped by the month; usage stays, and nothing computes it from what is gone."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Invalid
from kilowatch.kit.instants import moment
from kilowatch.monitoring.app import drop_old_readings
from kilowatch.monitoring.retention import drop_months, first_kept_month, make_next_month
from kilowatch.monitoring.store.tables import reading, usage
from tests.integration.monitoring.read_side import NOON, ReadSide
from tests.integration.monitoring.test_ledger import MINUTE_US, batch, open_written
from tests.unit.monitoring.meters import START_US

DAY = 24 * 60


@pytest.fixture
async def opened(database):
    return await database("monitoring")


@pytest.fixture
async def written(opened):
    async with open_written(opened) as written:
        yield written


def test_a_month_is_kept_as_long_as_one_of_its_readings_is():
    assert first_kept_month(datetime(2026, 6, 15, tzinfo=UTC), timedelta(days=31)) == date(2026, 5, 1)
    assert first_kept_month(datetime(2026, 6, 1, tzinfo=UTC), timedelta(days=31)) == date(2026, 5, 1)
    assert first_kept_month(datetime(2026, 5, 31, 23, tzinfo=UTC), timedelta(days=31)) == date(2026, 4, 1)


async def test_old_months_go_and_usage_stays(monitoring: ReadSide) -> None:
    await monitoring.put_readings(7, (datetime(2026, 1, 5, tzinfo=UTC), 1.0), (NOON, 2.0))
    await monitoring.put_usage(7, datetime(2026, 1, 5, tzinfo=UTC))
    looked = await drop_old_readings(monitoring.url, 60, NOON, only_look=True)
    assert [each.month for each in looked] == [date(2026, 1, 1)]
    assert len(await monitoring.rows(reading)) == 2
    dropped = await drop_old_readings(monitoring.url, 60, NOON, only_look=False)
    assert dropped == looked
    assert [row["time"] for row in await monitoring.rows(reading)] == [NOON]
    assert len(await monitoring.rows(usage)) == 1
    assert await drop_old_readings(monitoring.url, 60, NOON, only_look=False) == []


async def test_nothing_is_dropped_unless_somebody_says_how_long_to_keep_it(monitoring: ReadSide) -> None:
    with pytest.raises(Invalid, match="keep-days"):
        await drop_old_readings(monitoring.url, None, NOON, only_look=False)


async def test_where_readings_are_gone_nothing_is_computed_again(opened, written):
    """Start is the 25th of October; readings of September and of the next days."""
    old = [(1, -40 * DAY + minute, 1.0) for minute in (0, 15, 30)]
    young = [(1, minute, 1.0) for minute in (0, 15, 45)]
    await written.write(batch(old + young))
    before = await written.usage()
    first_kept = moment(START_US - 10 * DAY * MINUTE_US).date().replace(day=1)
    await drop_months(opened, first_kept)
    assert await written.value("SELECT count(*) FROM reading") == 3
    assert await written.value("SELECT to_regclass('reading_2026_09') IS NULL")
    late = await written.write(batch([(1, -40 * DAY + 5, 9.0)]))
    assert (late.accepted, late.rejected) == (0, 1)
    assert await written.value("SELECT reason FROM rejected_reading") == "too_old"
    await written.ledger.connection.execute(
        "INSERT INTO recomputation VALUES (1, $1, 'configuration', NULL)", START_US - 60 * DAY * MINUTE_US
    )
    await written.ledger.recompute_requested({0: 1})
    assert np.array_equal(await written.usage(), before)
    accepted = await written.write(batch([(1, 30, 1.0)]))
    assert accepted.accepted == 1


async def test_what_is_frozen_is_not_corrected(monitoring: ReadSide) -> None:
    await monitoring.add_device()
    await monitoring.put_readings(7, (datetime(2026, 1, 5, tzinfo=UTC), 1.0))
    await drop_old_readings(monitoring.url, 60, NOON, only_look=False)
    body = {
        "kind": "exclude",
        "device_id": 7,
        "reason": "nonsense",
        "from": "2026-01-05T00:00Z",
        "to": "2026-01-06T00:00Z",
    }
    answer = await monitoring.post("/api/corrections", body, role=Role.ADMINISTRATOR)
    assert answer.status_code == 422
    assert "dropped" in answer.text


async def test_the_coming_month_is_made_ahead(opened, written):
    for _ in range(2):
        await make_next_month(opened, datetime(2026, 12, 31, tzinfo=UTC))
    assert await written.value("SELECT to_regclass('reading_2027_01') IS NOT NULL")
