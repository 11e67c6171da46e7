"""The balancer beside the real `devices`: what an administrator does there counts here."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from kilowatch.contracts.routing import DEFAULT_PARTITION_COUNT
from tests.eventually import eventually
from tests.house import PASSWORD, House, Person, open_house
from tests.integration.balancer.conftest import Taker

NAMES = ("auth", "users", "devices", "balancer")
METER = {"name": "Boiler", "time_zone": "Europe/Bucharest", "kind": "counter"}


@pytest.fixture
async def house(fresh_url, tmp_path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path, NAMES) as house:
        taker = Taker(house.surroundings.broker)
        taking = [asyncio.create_task(taker.take(number)) for number in range(DEFAULT_PARTITION_COUNT)]
        yield house
        for task in taking:
            task.cancel()
        await asyncio.gather(*taking, return_exceptions=True)


async def asked(person: Person, method: str, path: str, body: object = None) -> Any:
    answer = await person.ask(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def ingest(house: House, credential: str, device_id: int) -> httpx2.Response:
    reading = {"device_id": device_id, "timestamp": house.clock().isoformat(), "value": 1}
    browser = await house.browser()
    return await browser.post("/api/ingest", json=reading, headers={"Authorization": f"Bearer {credential}"})


async def becomes(house: House, credential: str, device_id: int, verdict: object) -> None:
    """Until the answer is this status, or these reasons."""

    async def holds() -> bool:
        answer = await ingest(house, credential, device_id)
        return verdict in (answer.status_code, answer.json().get("reasons"))

    await eventually(holds)


async def test_a_credential_lives_as_its_administrator_says(house: House) -> None:
    administrator = await house.administrator()
    device = (await asked(administrator, "POST", "/api/devices", METER))["id"]
    first = await asked(administrator, "POST", f"/api/devices/{device}/credentials", {})
    await becomes(house, first["credential"], device, 202)
    second = await asked(administrator, "POST", f"/api/devices/{device}/credentials/rotate", {"overlap_s": 0})
    await becomes(house, first["credential"], device, 401)
    await becomes(house, second["credential"], device, 202)
    await asked(administrator, "PATCH", f"/api/devices/{device}", {"active": False})
    await becomes(house, second["credential"], device, {"inactive_device": 1})
    await asked(administrator, "DELETE", f"/api/devices/{device}/credentials/{second['id']}")
    await becomes(house, second["credential"], device, 401)


async def test_a_gateway_sends_for_its_list_of_the_day(house: House) -> None:
    administrator = await house.administrator()
    one, other = [(await asked(administrator, "POST", "/api/devices", METER))["id"] for _ in range(2)]
    gateway = (await asked(administrator, "POST", "/api/gateways", {"name": "Cellar", "device_ids": [one]}))["id"]
    issued = await asked(administrator, "POST", f"/api/gateways/{gateway}/credentials", {})
    await becomes(house, issued["credential"], one, {})
    await becomes(house, issued["credential"], other, {"forbidden_device": 1})
    await asked(administrator, "PATCH", f"/api/gateways/{gateway}", {"device_ids": [other]})
    await becomes(house, issued["credential"], other, {})
    await becomes(house, issued["credential"], one, {"forbidden_device": 1})
    await asked(administrator, "DELETE", f"/api/devices/{other}")
    await becomes(house, issued["credential"], other, {"forbidden_device": 1})


async def test_the_snapshots_of_devices_build_the_projection(house: House) -> None:
    administrator = await house.administrator()
    for number in range(3):
        device = (await asked(administrator, "POST", "/api/devices", METER | {"name": f"Meter {number}"}))["id"]
        await asked(administrator, "POST", f"/api/devices/{device}/credentials", {})
    assert await asked(administrator, "POST", "/api/balancer/devices/rebuild") == {"devices": 3}
