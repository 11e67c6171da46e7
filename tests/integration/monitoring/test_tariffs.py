"""Tariffs as they are kept and assigned, and what usage costs by them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import Direction
from tests.integration.monitoring.read_side import NOON, ReadSide, owner

DAY = datetime(2026, 5, 20, 21, tzinfo=UTC)  # midnight of the 21st in Bucharest
THAT_DAY = {"from": "2026-05-21", "to": "2026-05-22", "cost": "true"}
TWO_RATES = {
    "name": "Day and night",
    "currency": "RON",
    "versions": [
        {
            "valid_from": "2026-01-01",
            "standing_charge": "0.48",
            "rates": [
                {"name": "night", "price": "0.7", "windows": [{"from": "22:00", "to": "06:00"}]},
                {"name": "day", "price": "1.234567"},
            ],
            "feed_in": [{"name": "feed-in", "price": 0.4}],
        }
    ],
}


async def make(monitoring: ReadSide, path: str, body: Any, status: int = 201) -> Any:
    answer = await monitoring.post(path, body, role=Role.ADMINISTRATOR)
    assert answer.status_code == status, answer.text
    return answer.json()


async def a_tariff(monitoring: ReadSide, since: str = "2026-01-01", **target: Any) -> int:
    tariff = await make(monitoring, "/api/tariffs", TWO_RATES)
    await make(monitoring, "/api/tariff-assignments", {"tariff_id": tariff["id"], "since": since} | target)
    return int(tariff["id"])


async def put(monitoring: ReadSide, path: str, body: Any, **query: Any) -> Any:
    async with monitoring.clients.user(Role.ADMINISTRATOR) as client:
        return await client.put(path, json=body, params=query)


async def delete(monitoring: ReadSide, path: str) -> int:
    async with monitoring.clients.user(Role.ADMINISTRATOR) as client:
        return int((await client.delete(path)).status_code)


async def test_a_tariff_is_told_as_it_was_written(monitoring: ReadSide):
    made = await make(monitoring, "/api/tariffs", TWO_RATES)
    told = await monitoring.ask(f"/api/tariffs/{made['id']}")
    [version] = told["tariff"]["versions"]
    assert (version["standing_charge"], version["rates"][1]["price"]) == (0.48, 1.234567)
    assert version["rates"][0]["windows"][0] | {"days": None, "months": None} == {
        "from": "22:00",
        "to": "06:00",
        "days": None,
        "months": None,
    }
    again = await put(monitoring, f"/api/tariffs/{made['id']}", told["tariff"], version=1)
    assert again.json()["tariff"] == told["tariff"]
    assert again.json()["version"] == 2
    assert (await put(monitoring, f"/api/tariffs/{made['id']}", told["tariff"], version=1)).status_code == 409
    assert (await monitoring.ask("/api/tariffs"))["total"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "euro"},
        {"versions": []},
        {"versions": [{"valid_from": "2026-01-01", "rates": []}]},
        {"versions": [{"valid_from": "2026-01-01", "rates": [{"name": "a", "price": "0.1234567"}]}]},
        {"versions": [{"valid_from": "2026-01-01", "rates": [{"name": "a", "price": "NaN"}]}]},
        {
            "versions": [
                {"valid_from": "2026-01-01", "rates": [{"name": "a", "price": 1, "windows": [{"to": "06:10"}]}]}
            ]
        },
        {
            "versions": [
                {"valid_from": "2026-01-01", "rates": [{"name": "a", "price": 1, "windows": [{"to": "25:00"}]}]}
            ]
        },
        {
            "versions": [
                {"valid_from": "2026-01-01", "rates": [{"name": "a", "price": 1, "windows": [{"to": "06:00"}]}]}
            ]
        },
        {"versions": TWO_RATES["versions"] * 2},
    ],
)
async def test_a_tariff_that_says_nonsense_is_refused(monitoring: ReadSide, wrong: Any):
    answer = await monitoring.post("/api/tariffs", TWO_RATES | wrong, role=Role.ADMINISTRATOR)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_every_slot_hour_and_day_has_its_cost_and_they_add_up(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 96, energy=250_001)
    await a_tariff(monitoring, device_id=7)
    expected_energy = 32 * round(0.250001 * 700_000) + 64 * round(0.250001 * 1_234_567)
    for by in ("slot", "hour", "day", "month"):
        answer = await monitoring.ask("/api/usage/devices/7", **THAT_DAY, by=by)
        [series] = answer["series"]
        if by != "month":
            assert round(sum(series["bill"]["costs"]) * 1e6) == expected_energy + 480_000
        assert series["bill"]["energy"] == expected_energy / 1e6
        assert {rate["name"]: rate["energy_kwh"] for rate in series["bill"]["rates"]} == {
            "night": 8.000032,
            "day": 16.000064,
        }
        assert answer["net"] == {"currency": "RON", "total": series["bill"]["total"]}
    [hours] = (await monitoring.ask("/api/usage/devices/7", **THAT_DAY))["series"]
    assert (hours["bill"]["costs"][0], hours["bill"]["standing_charges"][0]) == (0.720004, 0.02)


async def test_costs_are_told_only_to_who_asks_and_where_a_tariff_applies(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 4)
    free = await monitoring.ask("/api/usage/devices/7", **THAT_DAY)
    assert (free["net"], free["series"][0]["bill"]) == (None, None)
    await a_tariff(monitoring, device_id=7, since="2026-05-22")
    before = await monitoring.ask("/api/usage/devices/7", **THAT_DAY)
    assert set(before["series"][0]["bill"]["costs"]) == {None}
    assert before["series"][0]["bill"]["unpriced_kwh"] == 1.0
    plain = await monitoring.ask("/api/usage/devices/7", **{"from": "2026-05-23", "to": "2026-05-24"})
    assert plain["series"][0]["bill"] is None


async def test_a_site_has_one_standing_charge_and_feed_in_is_taken_off(monitoring: ReadSide):
    await monitoring.add_device(1, site_id=3)
    await monitoring.add_device(2, site_id=3, parent_id=1)
    await monitoring.add_device(3, site_id=3, direction=Direction.EXPORT)
    await monitoring.add_device(4, site_id=3, direction=Direction.PRODUCTION)
    await monitoring.add_device(5, site_id=3)
    for device in range(1, 6):
        await monitoring.put_usage(device, DAY + timedelta(hours=12), 4, energy=250_000)
    await a_tariff(monitoring, site_id=3)
    answer = await monitoring.ask("/api/usage/sites/3", **THAT_DAY, by="day")
    found = {series["direction"]: series["bill"] and series["bill"]["costs"][0] for series in answer["series"]}
    assert found == {"consumption": 2 * 1.234568 + 0.48, "export": -0.4, "production": None}
    assert answer["net"]["total"] == round(2 * 1.234568 + 0.48 - 0.4, 6)
    behind = await monitoring.ask("/api/usage/devices/2", **THAT_DAY, by="day")
    bill = behind["series"][0]["bill"]
    assert (bill["total"], bill["standing_charge"]) == (1.234568, 0.0)


async def test_a_version_from_a_day_on_and_a_new_assignment_take_over_at_local_midnight(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 96 * 3, energy=1_000_000)
    flat = [
        {"valid_from": f"2026-05-{day}", "rates": [{"name": "flat", "price": price}]}
        for day, price in ((1, 1), (22, 2))
    ]
    flat[0]["valid_from"] = "2026-05-01"
    first = await make(monitoring, "/api/tariffs", {"name": "A", "currency": "EUR", "versions": flat})
    second = await make(monitoring, "/api/tariffs", {"name": "B", "currency": "EUR", "versions": [flat[0]]})
    for tariff, since in ((first, "2026-01-01"), (second, "2026-05-23")):
        body = {"tariff_id": tariff["id"], "device_id": 7, "since": since}
        await make(monitoring, "/api/tariff-assignments", body)
    answer = await monitoring.ask(
        "/api/usage/devices/7", **{"from": "2026-05-21", "to": "2026-05-24", "by": "day", "cost": "true"}
    )
    assert answer["series"][0]["bill"]["costs"] == [96.0, 192.0, 96.0]


async def test_today_bears_its_standing_charge_as_far_as_it_has_come(monitoring: ReadSide):
    await monitoring.add_device(7)
    await a_tariff(monitoring, device_id=7)
    answer = await monitoring.ask("/api/usage/devices/7", cost="true")  # NOON is 15:00 in Bucharest
    assert answer["series"][0]["bill"]["total"] == 0.3


async def test_tables_carry_costs_if_asked(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, DAY, 4, energy=250_000)
    await a_tariff(monitoring, device_id=7)
    asked = {"from": "2026-05-21", "to": "2026-05-22", "by": "day", "format": "csv"}
    plain = (await monitoring.get("/api/usage/devices/7", role=Role.OPERATOR, **asked)).text.splitlines()
    assert plain[0].endswith(",complete")
    costed = (await monitoring.get("/api/usage/devices/7", role=Role.OPERATOR, cost="true", **asked)).text.splitlines()
    assert costed[0].endswith(",complete,cost,standing_charge,currency")
    assert costed[1].endswith(",true,1.180000,0.480000,RON")


async def test_what_is_assigned_is_not_deleted_and_what_is_unassigned_costs_nothing(monitoring: ReadSide):
    await monitoring.add_device(7)
    tariff_id = await a_tariff(monitoring, device_id=7)
    again = {"tariff_id": tariff_id, "device_id": 7, "since": "2026-01-01"}
    await make(monitoring, "/api/tariff-assignments", again, 409)
    assert await delete(monitoring, f"/api/tariffs/{tariff_id}") == 409
    [given] = await monitoring.ask("/api/tariff-assignments", device=7)
    assert (given["device_id"], given["site_id"], given["since"]) == (7, None, "2026-01-01")
    assert await delete(monitoring, f"/api/tariff-assignments/{given['id']}") == 204
    assert await delete(monitoring, f"/api/tariff-assignments/{given['id']}") == 404
    assert await delete(monitoring, f"/api/tariffs/{tariff_id}") == 204
    assert await delete(monitoring, f"/api/tariffs/{tariff_id}") == 404


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ({"device_id": 8}, 422),
        ({"site_id": 9}, 422),
        ({"user_id": str(UUID(int=5))}, 422),
        ({}, 422),
        ({"device_id": 7, "site_id": 3}, 422),
        ({"device_id": 7, "until": "2025-01-01"}, 422),
        ({"device_id": 7, "tariff_id": 99}, 404),
    ],
)
async def test_what_is_not_there_gets_no_tariff(monitoring: ReadSide, target: Any, status: int):
    await monitoring.add_device(7, site_id=3)
    made = await make(monitoring, "/api/tariffs", TWO_RATES)
    await make(monitoring, "/api/tariff-assignments", {"tariff_id": made["id"], "since": "2026-01-01"} | target, status)


async def test_my_tariffs_are_those_of_my_meters(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, assignments=(owner(ann),))
    await monitoring.add_device(8, assignments=(owner(bob),))
    await a_tariff(monitoring, user_id=str(ann))
    [mine] = await monitoring.ask("/api/tariffs/mine", ann, Role.CLIENT)
    assert (mine["tariff"]["name"], mine["device_ids"]) == ("Day and night", [7])
    assert await monitoring.ask("/api/tariffs/mine", bob, Role.CLIENT) == []
    assert (await monitoring.get("/api/tariffs", ann)).status_code == 403


@pytest.mark.parametrize("path", ["devices/7", "sites/3"])
async def test_the_tariff_that_applies_is_told_to_those_who_see_the_meter(monitoring: ReadSide, ann, bob, path: str):
    await monitoring.add_device(7, site_id=3, assignments=(owner(ann),))
    assert await monitoring.ask(f"/api/tariffs/{path}") == []
    tariff_id = await a_tariff(monitoring, site_id=3)
    for who in ((), (ann, Role.CLIENT)):
        [applied] = await monitoring.ask(f"/api/tariffs/{path}", *who)
        assert (applied["tariff_id"], applied["device_ids"]) == (tariff_id, [7])
    assert (await monitoring.get(f"/api/tariffs/{path}", bob)).status_code == 404


async def test_the_tariff_of_somebody_who_has_left_applies_no_more(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann),))
    await a_tariff(monitoring, user_id=str(ann))
    await monitoring.delete_user(ann)
    assert await monitoring.ask("/api/tariff-assignments") == []


async def test_a_client_pays_for_the_time_that_the_device_is_theirs(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann, DAY + timedelta(hours=12), NOON + timedelta(days=1)),))
    await monitoring.put_usage(7, DAY, 96, energy=1_000_000)
    await a_tariff(monitoring, device_id=7)
    hers = await monitoring.ask("/api/usage/devices/7", ann, Role.CLIENT, **THAT_DAY, by="day")
    [series] = hers["series"]
    assert (series["total"]["energy_kwh"], series["bill"]["standing_charge"]) == (48.0, 0.24)


@pytest.mark.parametrize("path", ["devices/7", "sites/3", "mine"])
async def test_a_month_is_projected_with_its_cost(monitoring: ReadSide, ann, path: str):
    await monitoring.add_device(7, site_id=3, assignments=(owner(ann),))
    month = datetime(2026, 5, 31, 21, tzinfo=UTC)
    monitoring.clock.now = month + timedelta(days=10)
    await monitoring.put_usage(7, month - timedelta(days=25), 35 * 96, energy=250_000)
    await a_tariff(monitoring, site_id=3)
    answer = await monitoring.ask(f"/api/usage/{path}/projection", ann, Role.CLIENT)
    assert (answer["start"], answer["end"]) == ("2026-06-01T00:00:00+03:00", "2026-07-01T00:00:00+03:00")
    [series] = answer["series"]
    assert series["energy_kwh"] == {"so_far": 240.0, "expected": 720.0, "low": 720.0, "high": 720.0}
    assert (series["currency"], series["weeks"]) == ("RON", 4)
    assert series["cost"]["expected"] == round(3 * series["cost"]["so_far"], 6)


@pytest.mark.parametrize("path", ["devices/7", "sites/3", "mine"])
async def test_a_typical_week_is_told(monitoring: ReadSide, ann, bob, path: str):
    await monitoring.add_device(7, site_id=3, assignments=(owner(ann),))
    await monitoring.put_usage(7, DAY, 96, energy=250_000)
    answer = await monitoring.ask(f"/api/usage/{path}/week", ann, Role.CLIENT)
    week = answer["series"][0]["mean_kwh"]
    assert week[3] == [1.0] * 24  # the 21st was a Thursday
    assert week[0] == [None] * 24
    theirs = await monitoring.get(f"/api/usage/{path}/week", bob)
    assert theirs.status_code == 404 or theirs.json()["series"] == []
    assert (await monitoring.get(f"/api/usage/{path}/week", ann, **{"from": "2020-01-01"})).status_code == 422
