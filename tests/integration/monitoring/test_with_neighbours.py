"""Monitoring among the services that it hears of and asks: nothing stands in for them."""

from datetime import UTC, timedelta

import pytest

from tests.eventually import eventually
from tests.house import PASSWORD, open_house

NAMES = ("auth", "users", "devices", "balancer", "monitoring")
METER = {"name": "Boiler", "time_zone": "Europe/Bucharest", "kind": "interval", "hourly_limit_kwh": 2.0}


@pytest.fixture
async def house(fresh_url, tmp_path, monkeypatch):
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path, NAMES) as house:
        yield house


async def made(person, path, body, status=201):
    answer = await person.ask("POST", path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def add_meter(house, administrator):
    device = await made(administrator, "/api/devices", METER)
    issued = await made(administrator, f"/api/devices/{device['id']}/credentials", {})
    await house.settle()
    return device["id"], issued["credential"]


async def send(house, credential, readings):
    """As a meter does whose credential may not have got around yet: it tries again."""
    browser, answers = await house.browser(), []

    async def is_let_in():
        headers = {"Authorization": f"Bearer {credential}"}
        answers.append(await browser.post("/api/ingest", json=readings, headers=headers))
        return answers[-1].status_code == 202

    await eventually(is_let_in)
    return answers[-1].json()


async def test_a_reading_becomes_usage_that_its_owner_sees_and_a_rejected_one_is_replayed(house):
    administrator = await house.administrator()
    ana = await house.person("ana@example.org")
    bob = await house.person("bob@example.org")
    device_id, credential = await add_meter(house, administrator)
    assigned = {"user_id": ana.id, "level": "owner", "since": "2025-01-01T00:00:00Z"}
    await made(administrator, f"/api/devices/{device_id}/assignments", assigned)
    await house.settle()

    at = house.clock().astimezone(UTC) - timedelta(minutes=30)
    readings = [
        {"device_id": device_id, "timestamp": at.isoformat(), "value": 3.5},
        {"device_id": device_id, "timestamp": (at + timedelta(days=2)).isoformat(), "value": 0.5},
    ]
    answer = await send(house, credential, readings)
    assert (answer["accepted"], answer["reasons"]) == (1, {"future": 1})

    query = {"from": (at - timedelta(days=1)).isoformat(), "to": (at + timedelta(days=1)).isoformat()}
    usage = await ana.ask("GET", f"/api/usage/devices/{device_id}", params=query)
    assert usage.json()["series"][0]["total"]["energy_kwh"] == 3.5
    assert (await bob.ask("GET", f"/api/usage/devices/{device_id}", params=query)).status_code == 404
    alerts = (await ana.ask("GET", "/api/alerts")).json()
    assert [alert["device_name"] for alert in alerts["items"]] == ["Boiler"]
    answered = await ana.ask("POST", f"/api/alerts/{alerts['items'][0]['id']}/acknowledge", json={"note": "Sauna"})
    assert answered.json()["state"] == "acknowledged"

    [rejected] = (await administrator.ask("GET", "/api/rejected-readings")).json()["items"]
    replay = f"/api/rejected-readings/{rejected['id']}/replay"
    assert (await made(administrator, replay, None, 200))["reason"] == "future"
    house.clock.advance(days=3)
    administrator = await house.administrator()
    assert await made(administrator, replay, None, 200) == {"accepted": True, "reason": None, "detail": ""}
    tally = (await administrator.ask("GET", "/api/monitoring/tally")).json()["total"]
    assert tally == {"received": 4, "accepted": 2, "duplicate": 0, "rejected": 2}


async def test_what_is_taken_away_is_gone_at_once(house):
    administrator = await house.administrator()
    ana = await house.person("ana@example.org")
    device_id, _ = await add_meter(house, administrator)
    assignment = await made(
        administrator, f"/api/devices/{device_id}/assignments", {"user_id": ana.id, "level": "viewer"}
    )
    path = f"/api/usage/devices/{device_id}"

    async def answers(status):
        return (await ana.ask("GET", path)).status_code == status

    await eventually(lambda: answers(200))
    assert assignment
    removed = await administrator.ask("DELETE", f"/api/devices/{device_id}")
    assert removed.status_code == 204
    await eventually(lambda: answers(404))
