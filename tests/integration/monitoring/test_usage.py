"""What the usage API answers, and to whom."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.usage import Quality
from tests.integration.monitoring.read_side import NOON, ReadSide, owner, viewer

DAY = datetime(2026, 5, 20, 21, tzinfo=UTC)  # midnight of the 21st in Bucharest
USAGE_7 = "/api/usage/devices/7"


def energies(answer, series=0):
    return [period["energy_kwh"] for period in answer["series"][series]["periods"]]


def starts(answer):
    return [period["start"] for period in answer["series"][0]["periods"]]


async def test_hours_sum_their_slots(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 6, energy=250_001)
    answer = await monitoring.ask(USAGE_7, **{"from": "2026-05-21T00:00", "to": "2026-05-21T03:00"})
    assert starts(answer) == ["2026-05-21T00:00:00+03:00", "2026-05-21T01:00:00+03:00", "2026-05-21T02:00:00+03:00"]
    assert energies(answer) == [1.000004, 0.500002, None]
    [hour, half, nothing] = answer["series"][0]["periods"]
    assert hour == {
        "start": "2026-05-21T00:00:00+03:00",
        "end": "2026-05-21T01:00:00+03:00",
        "energy_kwh": 1.000004,
        "peak_w": 1000.0,
        "readings": 4,
        "coverage": 1.0,
        "quality": [],
        "revision": 0,
        "complete": True,
    }
    assert (half["coverage"], nothing["coverage"]) == (0.5, 0.0)
    total = answer["series"][0]["total"]
    assert (total["energy_kwh"], total["readings"], total["coverage"]) == (1.500006, 6, 0.5)


async def test_energy_is_exact_to_the_milliwatt_hour(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 96, energy=123_456_789_012)
    await monitoring.put_usage(7, DAY + timedelta(days=1), 1, energy=1)
    answer = await monitoring.get(
        USAGE_7, role=Role.ADMINISTRATOR, **{"from": "2026-05-21", "to": "2026-05-23", "by": "day"}
    )
    assert b'"energy_kwh":11851851.745152' in answer.content
    assert Decimal(str(energies(answer.json())[1])) == Decimal("0.000001")


async def test_quality_peak_and_revision_are_those_of_the_worst_slot(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, quality=int(Quality.RESET), peak=900.0)
    await monitoring.put_usage(7, DAY + timedelta(minutes=15), quality=int(Quality.ESTIMATED), revision=3, peak=1200.54)
    answer = await monitoring.ask(USAGE_7, **{"from": "2026-05-21", "to": "2026-05-22", "by": "day"})
    [day] = answer["series"][0]["periods"]
    assert (day["quality"], day["revision"], day["peak_w"]) == (["estimated", "reset"], 3, 1200.5)


@pytest.mark.parametrize(
    ("day", "following", "hours"), [("2026-03-29", "2026-03-30", 23), ("2025-10-26", "2025-10-27", 25)]
)
async def test_a_day_on_which_clocks_change_has_all_its_hours(monitoring: ReadSide, day, following, hours):
    await monitoring.add_device(7)
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=2 if hours == 23 else 3)
    await monitoring.put_usage(7, midnight, 96 + 8, energy=1_000_000)
    by_hour = await monitoring.ask(USAGE_7, **{"from": day, "to": following})
    assert energies(by_hour) == [4.0] * hours
    by_day = await monitoring.ask(USAGE_7, **{"from": day, "to": following, "by": "day"})
    assert energies(by_day) == [4.0 * hours]


async def test_the_two_hours_of_a_repeated_hour_are_kept_apart(monitoring: ReadSide):
    await monitoring.add_device(7)
    first = datetime(2025, 10, 26, 0, tzinfo=UTC)  # 03:00 in summer time
    await monitoring.put_usage(7, first, 4, energy=1_000_000)
    await monitoring.put_usage(7, first + timedelta(hours=1), 4, energy=3_000_000)
    answer = await monitoring.ask(USAGE_7, **{"from": "2025-10-26T03:00+03:00", "to": "2025-10-26T04:00"})
    assert starts(answer) == ["2025-10-26T03:00:00+03:00", "2025-10-26T03:00:00+02:00"]
    assert energies(answer) == [4.0, 12.0]


@pytest.mark.parametrize(
    ("zone", "start"),
    [("Australia/Adelaide", "2026-05-20T14:30:00+00:00"), ("Asia/Kathmandu", "2026-05-20T18:15:00+00:00")],
)
async def test_days_begin_where_the_zone_has_them(monitoring: ReadSide, zone, start):
    await monitoring.add_device(7, time_zone=zone)
    midnight = datetime.fromisoformat(start)
    await monitoring.put_usage(7, midnight - timedelta(minutes=15), 98, energy=1_000_000)
    answer = await monitoring.ask(USAGE_7, **{"from": "2026-05-21", "to": "2026-05-22", "by": "day"})
    assert energies(answer) == [96.0]
    by_hour = await monitoring.ask(USAGE_7, **{"from": "2026-05-21", "to": "2026-05-22"})
    assert energies(by_hour) == [4.0] * 24


@pytest.mark.parametrize("by", ["slot", "hour", "day", "week", "month", "year"])
async def test_every_period_sums_to_the_same(monitoring: ReadSide, by):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 96 * 8, energy=333_333)
    answer = await monitoring.ask(USAGE_7, **{"from": "2026-05-18", "to": "2026-06-01", "by": by})
    assert answer["series"][0]["total"]["energy_kwh"] == 255.999744


async def test_today_is_still_going_on(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, NOON - timedelta(hours=15), 15 * 4)
    answer = await monitoring.ask(USAGE_7, by="day")
    [today] = answer["series"][0]["periods"]
    assert (today["start"], today["complete"], today["coverage"]) == ("2026-06-01T00:00:00+03:00", False, 1.0)
    hours = (await monitoring.ask(USAGE_7))["series"][0]["periods"]
    assert [hour["complete"] for hour in hours] == [True] * 15 + [False] * 9


async def test_another_zone_than_the_devices_may_be_asked_for(monitoring: ReadSide):
    await monitoring.add_device(7)
    answer = await monitoring.ask(USAGE_7, zone="UTC", by="day")
    assert starts(answer) == ["2026-06-01T00:00:00Z"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"from": "2026-05-21", "to": "2026-05-21"},
        {"from": "2026-05-21", "to": "2026-05-20"},
        {"from": "0001-01-01"},
        {"to": "9999-12-31"},
        {"from": "2024-01-01", "to": "2026-01-01", "by": "slot"},
        {"from": "1970-01-05", "to": "2199-01-01", "by": "hour"},
        {"by": "fortnight"},
        {"zone": "Europe/Atlantis"},
        {"from": "2026-05-21\x00"},
    ],
)
async def test_what_cannot_be_answered_is_explained(monitoring: ReadSide, query):
    await monitoring.add_device(7)
    answer = await monitoring.get(USAGE_7, role=Role.OPERATOR, **query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_plus_sign_that_nobody_escaped_is_understood(monitoring: ReadSide):
    await monitoring.add_device(7)
    async with monitoring.clients.user(Role.OPERATOR) as client:
        answer = await client.get(f"{USAGE_7}?from=2026-05-21T00:00:00+03:00&to=2026-05-22T00:00:00%2B03:00&by=day")
    assert starts(answer.json()) == ["2026-05-21T00:00:00+03:00"]


async def test_a_client_sees_what_happened_while_the_device_was_theirs(monitoring: ReadSide, ann, bob):
    moved_in, until = DAY + timedelta(hours=6), NOON + timedelta(days=1)
    await monitoring.add_device(7, assignments=(owner(ann, moved_in, until), viewer(bob)))
    await monitoring.put_usage(7, DAY, 96, energy=1_000_000)
    question = {"from": "2026-05-21", "to": "2026-05-22", "by": "day"}
    hers = (await monitoring.ask(USAGE_7, ann, Role.CLIENT, **question))["series"][0]["periods"][0]
    his = (await monitoring.ask(USAGE_7, bob, Role.CLIENT, **question))["series"][0]["periods"][0]
    assert (hers["energy_kwh"], hers["coverage"]) == (72.0, 1.0)
    assert his["energy_kwh"] == 96.0


async def test_two_assignments_of_the_same_person_count_usage_once(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann, DAY), viewer(ann)))
    await monitoring.put_usage(7, DAY, 4, energy=1_000_000)
    answer = await monitoring.ask(USAGE_7, ann, Role.CLIENT, **{"from": "2026-05-21", "to": "2026-05-22", "by": "day"})
    assert energies(answer) == [4.0]


@pytest.mark.parametrize("path", [USAGE_7, "/api/usage/devices/8", "/api/usage/sites/3", "/api/usage/sites/4"])
async def test_what_belongs_to_others_is_not_there(monitoring: ReadSide, path, ann, bob):
    await monitoring.add_device(7, site_id=3, assignments=(owner(bob),))
    answer = await monitoring.get(path, ann)
    assert answer.status_code == 404


@pytest.mark.parametrize("given", [{"since": NOON + timedelta(hours=1)}, {"until": NOON}])
async def test_an_assignment_that_is_not_in_force_shows_nothing(monitoring: ReadSide, ann, given):
    await monitoring.add_device(7, assignments=(owner(ann, **given),))
    assert (await monitoring.get(USAGE_7, ann)).status_code == 404
    assert (await monitoring.ask("/api/usage/mine", ann, Role.CLIENT))["series"] == []


async def test_a_deleted_device_is_gone_for_everybody(monitoring: ReadSide, ann):
    await monitoring.delete_device(await monitoring.add_device(7, assignments=(owner(ann),)))
    assert (await monitoring.get(USAGE_7, ann)).status_code == 404
    assert (await monitoring.get(USAGE_7, role=Role.ADMINISTRATOR)).status_code == 404


async def test_a_site_counts_top_level_meters_and_keeps_directions_apart(monitoring: ReadSide):
    await monitoring.add_device(1, site_id=3)
    await monitoring.add_device(2, site_id=3, parent_id=1)
    await monitoring.add_device(3, site_id=3, parent_id=1, direction=Direction.PRODUCTION)
    await monitoring.add_device(4, site_id=3)
    await monitoring.add_device(5, site_id=9)
    for device in range(1, 6):
        await monitoring.put_usage(device, DAY, 4, energy=10**device)
    answer = await monitoring.ask("/api/usage/sites/3", **{"from": "2026-05-21T00:00", "to": "2026-05-21T01:00"})
    found = {series["direction"]: (series["device_ids"], series["total"]["energy_kwh"]) for series in answer["series"]}
    assert found == {"consumption": ([1, 4], 0.04004), "production": ([3], 0.004)}


async def test_the_peak_of_several_meters_is_that_of_their_sum(monitoring: ReadSide):
    await monitoring.add_device(1, site_id=3)
    await monitoring.add_device(2, site_id=3)
    await monitoring.put_usage(1, DAY, energy=500_000, peak=9000.0)
    await monitoring.put_usage(2, DAY, energy=250_000, peak=9000.0)
    await monitoring.put_usage(1, DAY + timedelta(minutes=15), energy=600_000, peak=9000.0)
    answer = await monitoring.ask("/api/usage/sites/3", **{"from": "2026-05-21T00:00", "to": "2026-05-21T01:00"})
    [hour] = answer["series"][0]["periods"]
    assert (hour["peak_w"], hour["coverage"]) == (3000.0, 0.375)


async def test_mine_counts_a_meter_whose_parent_is_somebody_elses(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(1, assignments=(owner(bob),))
    await monitoring.add_device(2, parent_id=1, assignments=(owner(ann),))
    await monitoring.add_device(3, parent_id=2)
    await monitoring.add_device(4, parent_id=3, assignments=(owner(ann),))
    for device in range(1, 5):
        await monitoring.put_usage(device, DAY, 1, energy=1_000_000)
    answer = await monitoring.ask("/api/usage/mine", ann, Role.CLIENT, **{"from": "2026-05-21", "by": "month"})
    # 4 stands behind 3, which she does not see, and that behind 2, which measures both.
    assert answer["series"][0]["device_ids"] == [2]
    assert answer["series"][0]["total"]["energy_kwh"] == 1.0


async def test_who_has_no_devices_gets_an_empty_answer(monitoring: ReadSide):
    answer = await monitoring.ask("/api/usage/mine", uuid4(), Role.CLIENT, zone="Asia/Kathmandu")
    assert (answer["series"], answer["time_zone"]) == ([], "Asia/Kathmandu")


@pytest.mark.parametrize("path", [USAGE_7, "/api/usage/sites/3", "/api/usage/mine"])
async def test_nobody_asks_without_a_token(monitoring: ReadSide, path):
    async with monitoring.clients.nobody() as client:
        assert (await client.get(path)).status_code == 401
