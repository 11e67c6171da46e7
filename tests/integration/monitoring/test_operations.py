"""What staff see of the counts and of rejected readings; replay; housekeeping; a person's data."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.kit.audit import audit
from kilowatch.monitoring import housekeeping
from kilowatch.monitoring.settings import MonitoringSettings
from kilowatch.monitoring.store.tables import batch, rejected_reading, tally
from tests.integration.monitoring.read_side import NOON, ReadSide, a_device, owner

REJECTED = "/api/rejected-readings"


async def put_rejected(monitoring: ReadSide, *pairs: tuple[int, str]) -> None:
    rows = [
        {"device_id": device, "reason": reason, "raw": f'{{"device_id": {device}}}', "received_at": NOON}
        for device, reason in pairs
    ]
    await monitoring.put(rejected_reading, *rows)


async def test_the_tally_adds_up(monitoring: ReadSide):
    await monitoring.put(
        tally,
        {"partition": 0, "accepted": 10, "duplicate": 2, "rejected": 1},
        {"partition": 5, "accepted": 7, "duplicate": 0, "rejected": 0},
    )
    answer = await monitoring.ask("/api/monitoring/tally", role=Role.OPERATOR)
    assert answer["partitions"]["0"] == {"received": 13, "accepted": 10, "duplicate": 2, "rejected": 1}
    assert answer["total"] == {"received": 20, "accepted": 17, "duplicate": 2, "rejected": 1}


async def test_rejected_readings_are_filtered_and_paged_newest_first(monitoring: ReadSide):
    await put_rejected(monitoring, (1, "future"), (2, "unknown_device"), (1, "conflict"), (1, "future"))
    page = await monitoring.ask(REJECTED, device=1, limit=2)
    assert [item["reason"] for item in page["items"]] == ["future", "conflict"]
    rest = await monitoring.ask(REJECTED, device=1, limit=2, before=page["next"])
    assert ([item["reason"] for item in rest["items"]], rest["next"]) == (["future"], None)
    unknown = await monitoring.ask(REJECTED, reason="unknown_device", replayed=False)
    assert [item["device_id"] for item in unknown["items"]] == [2]
    assert (await monitoring.ask(REJECTED, replayed=True))["items"] == []


async def test_the_balancer_hears_what_was_put_aside_of_an_import(monitoring: ReadSide):
    mine, other = uuid4(), uuid4()
    reasons = [(mine, "conflict"), (other, "conflict"), (mine, "too_old")]
    rows = [{"reason": why, "raw": "{}", "received_at": NOON, "import_id": str(which)} for which, why in reasons]
    await monitoring.put(rejected_reading, *rows)
    path = f"/internal/monitoring/rejected-of-import/{mine}"
    async with monitoring.clients.service("balancer") as client:
        first = (await client.get(path, params={"limit": 1})).json()
        rest = (await client.get(path, params={"limit": 1, "before": first["next"]})).json()
        counted = (await client.get(path, params={"limit": 0})).json()
    assert [item["reason"] for item in (*first["items"], *rest["items"])] == ["too_old", "conflict"]
    assert (counted["total"], counted["items"], counted["next"]) == (2, [], None)


async def test_a_replayed_reading_goes_through_the_balancer_and_is_marked(monitoring: ReadSide):
    await put_rejected(monitoring, (2, "unknown_device"))
    [before] = await monitoring.rows(rejected_reading)
    monitoring.peers.answer = {"accepted": False, "reason": "future", "detail": "Not yet."}
    answer = await monitoring.post(f"{REJECTED}/{before['id']}/replay", role=Role.ADMINISTRATOR)
    assert answer.json() == {"accepted": False, "reason": "future", "detail": "Not yet."}
    assert monitoring.peers.posted == [("balancer", "/internal/balancer/replay", {"reading": before["raw"]})]
    [after] = await monitoring.rows(rejected_reading)
    assert after["replayed_at"] == NOON
    assert [row["action"] for row in await monitoring.rows(audit)] == ["reading.replayed"]


async def test_a_reading_that_could_not_be_replayed_is_not_marked(monitoring: ReadSide):
    await put_rejected(monitoring, (2, "unknown_device"))
    [before] = await monitoring.rows(rejected_reading)
    monitoring.peers.away = True
    answer = await monitoring.post(f"{REJECTED}/{before['id']}/replay", role=Role.ADMINISTRATOR)
    assert answer.status_code == 503
    assert [row["replayed_at"] for row in await monitoring.rows(rejected_reading)] == [None]
    assert (await monitoring.post(f"{REJECTED}/999999/replay", role=Role.ADMINISTRATOR)).status_code == 404


async def test_devices_are_rebuilt_on_demand(monitoring: ReadSide):
    monitoring.peers.known = {1: a_device(1), 2: a_device(2)}
    answer = await monitoring.post("/api/monitoring/devices/rebuild", role=Role.ADMINISTRATOR)
    assert answer.json() == {"devices": 2}


@pytest.mark.parametrize("path", ["/api/monitoring/tally", REJECTED])
async def test_clients_see_nothing_of_it(monitoring: ReadSide, path):
    assert (await monitoring.get(path)).status_code == 403


@pytest.mark.parametrize("path", [f"{REJECTED}/1/replay", "/api/monitoring/devices/rebuild"])
@pytest.mark.parametrize("role", [Role.CLIENT, Role.OPERATOR])
async def test_only_administrators_change_anything(monitoring: ReadSide, path, role):
    assert (await monitoring.post(path, role=role)).status_code == 403
    assert monitoring.peers.posted == []


async def test_housekeeping_takes_away_what_is_old_and_nothing_else(monitoring: ReadSide):
    now = datetime.now(UTC)
    ages = [timedelta(days=days) for days in (0, 6, 8, 29, 31, 89, 91)]
    await monitoring.put(batch, *[{"id": uuid4(), "committed_at": now - age} for age in ages])
    rejected = {"device_id": 1, "reason": "future", "raw": "{}"}
    await monitoring.put(rejected_reading, *[rejected | {"received_at": now - age} for age in ages])
    for shelf in housekeeping.shelves(MonitoringSettings()):
        await housekeeping.tidy(monitoring.database, shelf, asyncio.Event())
    left = {table.name: len(await monitoring.rows(table)) for table in (batch, rejected_reading)}
    assert left == {"batch": 2, "rejected_reading": 6}


async def test_a_persons_data_are_their_devices_their_usage_and_what_they_did(monitoring: ReadSide, ann):
    since = NOON - timedelta(days=40)
    await monitoring.add_device(7, name="Boiler", assignments=(owner(ann, since),))
    await monitoring.put_usage(7, since - timedelta(days=1), 96 * 3, energy=1_000_000)
    alert_id = await monitoring.put_alert(7)
    await monitoring.post(f"/api/alerts/{alert_id}/acknowledge", {"note": "The sauna."}, ann)
    async with monitoring.clients.service("users") as client:
        answer = (await client.get(f"/internal/monitoring/personal-data/{ann}")).json()
    [held] = answer["devices"]
    assert (held["name"], held["access"][0]["level"]) == ("Boiler", "owner")
    assert [month["energy_kwh"] for month in held["usage_by_month"]] == [192.0]
    assert [alert["note"] for alert in answer["acknowledged_alerts"]] == ["The sauna."]
    assert [entry["action"] for entry in answer["audit"]] == ["alert.acknowledged"]


async def test_a_persons_data_are_for_services_only(monitoring: ReadSide, ann):
    path = f"/internal/monitoring/personal-data/{ann}"
    assert (await monitoring.get(path, ann)).status_code == 403
    assert (await monitoring.get(path, role=Role.ADMINISTRATOR)).status_code == 403


async def test_the_audit_log_is_shown_to_services(monitoring: ReadSide):
    monitoring.peers.known = {}
    await monitoring.post("/api/monitoring/devices/rebuild", role=Role.ADMINISTRATOR)
    async with monitoring.clients.service("users") as client:
        entries = (await client.get("/internal/monitoring/audit")).json()
    assert [entry["action"] for entry in entries] == ["devices.rebuilt"]
