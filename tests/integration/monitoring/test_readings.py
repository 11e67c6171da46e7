"""Readings as they were accepted, paged and as CSV; and usage as CSV."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.store.readings import Order, ReadingStore
from tests.integration.monitoring.read_side import EARLIER, NOON, ReadSide, owner

READINGS_7 = "/api/readings/7"
MIDNIGHT = datetime(2026, 5, 31, 21, tzinfo=UTC)


async def put_some(monitoring: ReadSide, count: int = 5, device: int = 7) -> None:
    await monitoring.put_readings(device, *[(MIDNIGHT + timedelta(minutes=15 * k), k / 4) for k in range(count)])


def values(answer):
    return [item["value"] for item in answer["items"]]


async def test_readings_come_page_by_page_in_either_order(monitoring: ReadSide):
    await monitoring.add_device(7)
    await put_some(monitoring)
    for order, expected in (("ascending", [0, 0.25, 0.5, 0.75, 1]), ("descending", [1, 0.75, 0.5, 0.25, 0])):
        found, query = [], {"order": order, "limit": 2}
        while query:
            page = await monitoring.ask(READINGS_7, **query)
            found += values(page)
            query = query | {"after": page["next"]} if page["next"] else None
        assert found == expected


async def test_a_day_out_of_a_month_that_is_over_is_found_by_its_key(monitoring: ReadSide):
    """In the order in which they were written: of thirty devices, mixed (docs/decisions/0025)."""
    may, june = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    await monitoring.put_readings(99, (may, 1.0), (june, 1.0))
    written = text(
        "INSERT INTO reading (device, time, value) SELECT device, time, 1"
        " FROM generate_series(CAST(:may AS timestamptz), CAST(:past AS timestamptz), '15 min') AS time"
        " CROSS JOIN generate_series(1, 30) AS device ORDER BY time, device"
    )
    scans = text(
        "SELECT relname, seq_scan, idx_scan, idx_tup_fetch FROM pg_stat_xact_user_tables"
        " WHERE relname LIKE 'reading_2026_%' AND seq_scan + idx_scan > 0"
    )
    async with monitoring.database.transaction() as connection:
        await connection.execute(written, {"may": may, "past": june - timedelta(minutes=15)})
    async with monitoring.database.transaction() as connection:
        day = Span(may + timedelta(days=9), may + timedelta(days=10))
        assert len(await ReadingStore(connection).page(7, [day], Order.ASCENDING, None, 1_000)) == 96
        assert [tuple(row) for row in await connection.execute(scans)] == [("reading_2026_05", 0, 1, 96)]


async def test_a_reading_says_its_local_time_and_unit(monitoring: ReadSide):
    power = MeterConfiguration(valid_from=MIDNIGHT + timedelta(minutes=15), kind=MeterKind.POWER)
    energy = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.INTERVAL)
    await monitoring.add_device(7, configurations=(energy, power))
    await monitoring.put_readings(7, (MIDNIGHT, 0.5), (MIDNIGHT + timedelta(minutes=15), 480.0), flags=1)
    answer = await monitoring.ask(READINGS_7)
    assert answer["items"][0] == {"time": "2026-06-01T00:00:00+03:00", "value": 0.5, "unit": "kWh", "ambiguous": True}
    assert answer["items"][1]["unit"] == "W"


async def test_from_and_to_are_in_the_devices_zone(monitoring: ReadSide):
    await monitoring.add_device(7)
    await put_some(monitoring)
    answer = await monitoring.ask(READINGS_7, **{"from": "2026-06-01T00:15", "to": "2026-06-01T00:45"})
    assert values(answer) == [0.25, 0.5]


async def test_the_latest_reading(monitoring: ReadSide):
    await monitoring.add_device(7)
    assert (await monitoring.get(f"{READINGS_7}/latest", role=Role.OPERATOR)).status_code == 404
    await put_some(monitoring)
    answer = await monitoring.ask(f"{READINGS_7}/latest")
    assert (answer["value"], answer["time"]) == (1.0, "2026-06-01T01:00:00+03:00")


async def test_the_power_now_is_that_of_the_last_two_readings_until_it_is_too_old_to_be_now(monitoring: ReadSide):
    counter = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.COUNTER, max_gap_s=3600)
    await monitoring.add_device(7, configurations=(counter,))
    assert await monitoring.ask(f"{READINGS_7}/power") == {"power_w": None, "time": None, "is_old": False}
    await put_some(monitoring, 1)
    monitoring.clock.now = MIDNIGHT
    assert (await monitoring.ask(f"{READINGS_7}/power"))["power_w"] is None
    await monitoring.put_readings(7, (MIDNIGHT + timedelta(minutes=15), 0.25))
    time = "2026-06-01T00:15:00+03:00"
    for later, is_old in ((75, False), (76, True)):
        monitoring.clock.now = MIDNIGHT + timedelta(minutes=later)
        answer = await monitoring.ask(f"{READINGS_7}/power")
        assert answer == {"power_w": 1000.0, "time": time, "is_old": is_old}


async def test_a_client_has_no_power_of_a_time_that_was_not_theirs(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann, MIDNIGHT + timedelta(minutes=60)),))
    await put_some(monitoring, 4)
    assert (await monitoring.ask(f"{READINGS_7}/power", ann, Role.CLIENT))["time"] is None


async def test_a_client_reads_what_was_read_while_the_device_was_theirs(monitoring: ReadSide, ann, bob):
    since = MIDNIGHT + timedelta(minutes=15)
    await monitoring.add_device(7, assignments=(owner(ann, since), owner(bob, NOON)))
    await put_some(monitoring)
    assert values(await monitoring.ask(READINGS_7, ann, Role.CLIENT)) == [0.25, 0.5, 0.75, 1]
    assert values(await monitoring.ask(READINGS_7, bob, Role.CLIENT)) == []
    assert (await monitoring.get(f"{READINGS_7}/latest", bob)).status_code == 404


@pytest.mark.parametrize(
    "path", [READINGS_7, f"{READINGS_7}/latest", f"{READINGS_7}/power", f"{READINGS_7}?format=csv"]
)
async def test_the_readings_of_others_are_not_there(monitoring: ReadSide, ann, bob, path):
    await monitoring.add_device(7, assignments=(owner(bob),))
    await put_some(monitoring)
    assert (await monitoring.get(path, ann)).status_code == 404


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 10_000}, {"after": "never"}, {"from": "32.13.2026"}])
async def test_what_cannot_be_answered_is_explained(monitoring: ReadSide, query):
    await monitoring.add_device(7)
    assert (await monitoring.get(READINGS_7, role=Role.OPERATOR, **query)).status_code == 422


async def test_readings_as_csv_are_all_of_them(monitoring: ReadSide):
    await monitoring.add_device(7)
    await put_some(monitoring, 12_000)
    answer = await monitoring.get(READINGS_7, role=Role.OPERATOR, format="csv", limit=1)
    assert answer.headers["content-type"].startswith("text/csv")
    [header, *rows] = csv.reader(answer.text.splitlines())
    assert header == ["time", "value", "unit", "ambiguous"]
    assert rows[0] == ["2026-06-01T00:00:00+03:00", "0.0", "kWh", "false"]
    assert [float(row[1]) for row in rows] == [k / 4 for k in range(12_000)]


async def test_usage_as_csv_over_several_parts(monitoring: ReadSide):
    await monitoring.add_device(7)
    days = 100
    await monitoring.put_usage(7, MIDNIGHT - timedelta(days=days), 96 * days, energy=1)
    async with monitoring.clients.user(Role.OPERATOR) as client:
        query = {"from": "2026-02-20T23:00", "to": "2026-06-02", "by": "slot"}
        answer = await client.get("/api/usage/devices/7", params=query, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len(rows) == (days + 1) * 96
    assert [row["start"] for row in rows] == sorted((row["start"] for row in rows), key=datetime.fromisoformat)
    assert len({row["start"] for row in rows}) == len(rows)
    assert sum(round(float(row["energy_kwh"] or 0) * 1_000_000) for row in rows) == 96 * days
    assert (rows[0]["energy_kwh"], rows[-1]["energy_kwh"]) == ("0.000001", "")


async def test_more_csv_than_anybody_reads_is_refused(monitoring: ReadSide):
    await monitoring.add_device(7)
    query = {"from": "1980-01-01", "to": "2026-01-01", "by": "slot", "format": "csv"}
    assert (await monitoring.get("/api/usage/devices/7", role=Role.OPERATOR, **query)).status_code == 422
