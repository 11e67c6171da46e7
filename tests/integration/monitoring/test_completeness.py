"""Which devices lack data in a period, and tables in every format."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from pyarrow import parquet

from kilowatch.contracts.accounts import Role
from kilowatch.monitoring.domain.usage import Quality
from tests.integration.monitoring.read_side import NOON, ReadSide

DAY = {"from": "2026-05-31", "to": "2026-06-01"}
MIDNIGHT = datetime(2026, 5, 31, tzinfo=UTC)


async def test_devices_with_less_than_asked_are_listed_with_what_is_missing(monitoring: ReadSide) -> None:
    for device_id, slots in ((1, 96), (2, 72), (3, 0), (4, 92)):
        await monitoring.add_device(device_id)
        if slots:
            await monitoring.put_usage(device_id, MIDNIGHT, slots)
    found = await monitoring.ask("/api/completeness", **DAY)
    items = [(item["device_id"], item["coverage"], item["missing_hours"]) for item in found["items"]]
    assert items == [(2, 0.75, 6.0), (3, 0.0, 24.0)]
    everything = await monitoring.ask("/api/completeness", **DAY, below=1)
    assert [item["device_id"] for item in everything["items"]] == [2, 3, 4]


async def test_what_was_spread_over_a_gap_is_missing(monitoring: ReadSide) -> None:
    await monitoring.add_device(1)
    await monitoring.put_usage(1, MIDNIGHT, 60)
    await monitoring.put_usage(1, MIDNIGHT + timedelta(hours=15), 36, quality=Quality.ESTIMATED)
    [item] = (await monitoring.ask("/api/completeness", **DAY))["items"]
    assert (item["coverage"], item["missing_hours"]) == (0.625, 9.0)


async def test_time_to_come_is_not_missing(monitoring: ReadSide) -> None:
    await monitoring.add_device(1)
    await monitoring.put_usage(1, NOON.replace(hour=0), 48)
    assert (await monitoring.ask("/api/completeness"))["items"] == []


async def test_a_deleted_device_lacks_nothing(monitoring: ReadSide) -> None:
    await monitoring.delete_device(await monitoring.add_device(1))
    assert (await monitoring.ask("/api/completeness", **DAY))["items"] == []


async def test_pages_and_csv_have_every_device_once(monitoring: ReadSide) -> None:
    for device_id in range(1, 6):
        await monitoring.add_device(device_id)
    first = await monitoring.ask("/api/completeness", **DAY, limit=3)
    second = await monitoring.ask("/api/completeness", **DAY, limit=3, after=first["next"])
    assert [item["device_id"] for item in first["items"] + second["items"]] == [1, 2, 3, 4, 5]
    assert second["next"] is None
    answer = await monitoring.get("/api/completeness", role=Role.OPERATOR, format="csv", **DAY)
    assert answer.text.splitlines()[:2] == [
        "device_id,name,coverage,missing_hours,readings,last_reading_at",
        "1,Meter 1,0.0,24.0,0,",
    ]
    assert len(answer.text.splitlines()) == 6


async def test_a_period_that_has_not_begun_or_never_ends_is_refused(monitoring: ReadSide) -> None:
    for period in ({"from": "2027-01-01", "to": "2027-01-02"}, {"from": "2020-01-01"}):
        assert (await monitoring.get("/api/completeness", role=Role.OPERATOR, **period)).status_code == 422


async def table(monitoring: ReadSide, path: str, **query: Any) -> Any:
    answer = await monitoring.get(path, role=Role.OPERATOR, format="parquet", **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    return parquet.read_table(io.BytesIO(answer.content))


async def test_usage_as_parquet_says_the_same_as_json(monitoring: ReadSide) -> None:
    await monitoring.add_device(7)
    await monitoring.put_usage(7, MIDNIGHT, 8, energy=123_456)
    shown = await monitoring.ask("/api/usage/devices/7", **DAY, by="hour", zone="UTC")
    periods = shown["series"][0]["periods"]
    found = (await table(monitoring, "/api/usage/devices/7", **DAY, by="hour", zone="UTC")).to_pylist()
    assert [row["energy_kwh"] for row in found] == [period["energy_kwh"] for period in periods]
    assert [row["start"] for row in found] == [datetime.fromisoformat(period["start"]) for period in periods]
    assert found[2]["energy_kwh"] is None


async def test_readings_as_parquet_come_in_parts_and_are_all_there(monitoring: ReadSide) -> None:
    await monitoring.add_device(7)
    readings = [(NOON - timedelta(minutes=n), float(n)) for n in range(6_000, 0, -1)]
    await monitoring.put_readings(7, *readings)
    found = await table(monitoring, "/api/readings/7")
    assert list(zip(found["time"].to_pylist(), found["value"].to_pylist(), strict=True)) == readings
    assert set(found["unit"].to_pylist()) == {"kWh"}


async def test_an_empty_table_is_a_table(monitoring: ReadSide) -> None:
    await monitoring.add_device(7)
    found = await table(monitoring, "/api/readings/7")
    assert (found.num_rows, found.column_names) == (0, ["time", "value", "unit", "ambiguous"])
