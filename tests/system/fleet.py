"""Meters of a running system: registered, sending and audited through its edge, like those of anybody."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

import httpx2

from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from tests.chaos.meters import STEP_S, Meters, all_sent, exact_energy

GATEWAYS = 2
PATIENCE_S = 180.0
MWH_PER_KWH = 1_000_000


class System(Protocol):
    @property
    def url(self) -> str: ...

    async def sign_in(self) -> httpx2.AsyncClient: ...


@dataclass
class Fleet:
    system: System
    devices: Sequence[Device]
    meters: Sequence[Meters]

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """While the block runs, and until everything has been answered."""
        stopping = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for each in self.meters:
                group.create_task(each.run(stopping))
            yield
            stopping.set()

    async def progress(self) -> None:
        """Return once every gateway has had something answered since now. Raises `TimeoutError`."""
        before = [len(each.sent()) for each in self.meters]
        async with asyncio.timeout(PATIENCE_S):
            while any(len(each.sent()) <= count for each, count in zip(self.meters, before, strict=True)):
                await asyncio.sleep(0.1)

    async def require_exact(self) -> None:
        """The usage of every device is what it has sent, and every reading is there once."""
        sent = all_sent(self.meters)
        expected = exact_energy(self.devices, sent)
        deadline = time.monotonic() + PATIENCE_S
        async with await self.system.sign_in() as administrator:
            while (counted := await self._counted(administrator)) != expected:
                assert time.monotonic() < deadline, _differences(expected, counted)
                await asyncio.sleep(0.5)
            for device in self.devices:
                assert await _readings(administrator, device.id) == int((sent["device"] == device.id).sum())

    async def _counted(self, administrator: httpx2.AsyncClient) -> dict[int, int]:
        answers = await asyncio.gather(*(self._usage(administrator, device.id) for device in self.devices))
        return dict(zip((device.id for device in self.devices), answers, strict=True))

    async def _usage(self, administrator: httpx2.AsyncClient, device_id: int) -> int:
        now = datetime.now(UTC)
        period = {"by": "hour", "from": (now - timedelta(days=2)).isoformat(), "to": now.isoformat()}
        answer = await administrator.get(f"/api/usage/devices/{device_id}", params=period)
        if answer.status_code == 503:
            return -1
        answer.raise_for_status()
        periods = answer.json()["series"][0]["periods"]
        return sum(round(each["energy_kwh"] * MWH_PER_KWH) for each in periods if each["energy_kwh"])


async def _readings(administrator: httpx2.AsyncClient, device_id: int) -> int:
    count, parameters = 0, {"limit": "5000"}
    while True:
        page = (await administrator.get(f"/api/readings/{device_id}", params=parameters)).json()
        count += len(page["items"])
        if page["next"] is None:
            return count
        parameters["after"] = page["next"]


def _differences(expected: Mapping[int, int], counted: Mapping[int, int]) -> str:
    wrong = {device: (energy, counted[device]) for device, energy in expected.items() if counted[device] != energy}
    return f"{len(wrong)} of {len(expected)} devices: (sent, counted) mWh {wrong}"


async def open_fleet(system: System, count: int = 12) -> Fleet:
    async with await system.sign_in() as administrator:
        devices = [await _register(administrator, number) for number in range(count)]
        meters = [
            Meters(part, lambda: [system.url], Random(number), await _gateway(administrator, number, part))
            for number, part in enumerate(devices[start::GATEWAYS] for start in range(GATEWAYS))
        ]
    return Fleet(system, devices, meters)


async def _register(administrator: httpx2.AsyncClient, number: int) -> Device:
    kind = [MeterKind.INTERVAL, MeterKind.COUNTER][number % 2]
    body = {"name": f"Meter {number}", "kind": kind, "time_zone": "Europe/Bucharest", "interval_s": STEP_S}
    answer = await administrator.post("/api/devices", json=body)
    answer.raise_for_status()
    configuration = MeterConfiguration(valid_from=datetime(2020, 1, 1, tzinfo=UTC), kind=kind, interval_s=STEP_S)
    return Device(
        id=answer.json()["id"],
        version=1,
        name=f"Meter {number}",
        time_zone="Europe/Bucharest",
        direction=Direction.CONSUMPTION,
        configurations=(configuration,),
    )


async def _gateway(administrator: httpx2.AsyncClient, number: int, devices: Sequence[Device]) -> str:
    """Gives its credential, once the balancers know it."""
    body = {"name": f"Gateway {number}", "device_ids": [device.id for device in devices]}
    gateway = (await administrator.post("/api/gateways", json=body)).json()
    credential = str((await administrator.post(f"/api/gateways/{gateway['id']}/credentials")).json()["credential"])
    deadline, known = time.monotonic() + 60, 0
    # Each of the balancers hears of it by itself; the edge asks them in turn.
    while known < 4:
        answer = await administrator.post("/api/ingest", json=[], headers={"Authorization": f"Bearer {credential}"})
        known = known + 1 if answer.status_code == 202 else 0
        assert time.monotonic() < deadline, answer.text
        await asyncio.sleep(0.1)
    return credential
