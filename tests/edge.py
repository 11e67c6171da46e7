"""What is asked of an installation through its edge, whatever runs behind it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2

ADMINISTRATOR: Final = "admin@kilowatch.local"


async def sign_in(url: str, password: str) -> httpx2.AsyncClient:
    """The administrator, for ten minutes."""
    credentials = {"email": ADMINISTRATOR, "password": password}
    async with httpx2.AsyncClient(base_url=url, timeout=30) as stranger:
        answer = await stranger.post("/api/auth/sign-in", json=credentials)
    answer.raise_for_status()
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return httpx2.AsyncClient(base_url=url, headers=headers, timeout=30)


async def meter_of(administrator: httpx2.AsyncClient, name: str) -> tuple[int, str, str]:
    """A device with its login and credential at the broker."""
    body = {"name": name, "kind": "interval", "time_zone": "Etc/UTC", "interval_s": 60}
    device = (await administrator.post("/api/devices", json=body)).json()
    issued = (await administrator.post(f"/api/devices/{device['id']}/credentials", json={})).json()
    return device["id"], issued["login"], issued["credential"]


async def eventually_used(administrator: httpx2.AsyncClient, device_id: int) -> float:
    now = datetime.now(UTC)
    path = f"/api/usage/devices/{device_id}?by=day&from={now - timedelta(days=1):%Y-%m-%d}"
    answer = await eventually(administrator, path, lambda usage: energy_of(usage) >= 0.75)
    return energy_of(answer)


def energy_of(usage: dict[str, Any]) -> float:
    return sum(period["energy_kwh"] or 0 for period in usage["series"][0]["periods"])


async def eventually(client: httpx2.AsyncClient, path: str, found: Any) -> dict[str, Any]:
    """The answer, once it has what is looked for."""
    async with asyncio.timeout(120):
        while True:
            answer = await client.get(path)
            if answer.status_code == 200 and found(answer.json()):
                content: dict[str, Any] = answer.json()
                return content
            await asyncio.sleep(0.2)
