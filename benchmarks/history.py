"""A file of history against live readings: the same devices, as many readings, in one run of `kilowatch up`'s services.

The history ends where the live readings begin. It comes once before them, and once more what lies before it: the older
half of a meter that is connected already, whose usage is computed from its neighbours and not added to. All end when
usage is committed: the broker within a process answers no sooner. Live readings come as gateways send them, several
requests at a time.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from benchmarks.house import open_own_house
from tests.house import House, Person, eventually

SERVICES: Final = ("auth", "users", "devices", "balancer", "monitoring")
DEVICES: Final = 100
READINGS: Final = int(os.environ.get("BENCH_HISTORY_READINGS", "400000"))
BODY: Final = 4_000
SENDERS: Final = 4
STEP_S: Final = 900
DEADLINE_S: Final = 1_200.0
_JSON: Final = {"Content-Type": "application/json"}


async def measure(readings: int = READINGS) -> dict[str, float]:
    async with open_own_house(SERVICES) as house:
        administrator = await house.administrator()
        devices = [await _register(administrator, number) for number in range(DEVICES)]
        gateway = await _gateway(house, administrator, devices)
        connected = datetime.now(UTC) - timedelta(days=400)
        span = timedelta(seconds=STEP_S * (readings // DEVICES))
        imported = await _import(administrator, _readings(devices, readings, connected - span), readings)
        live = await _send(gateway, _readings(devices, readings, connected), readings)
        older = await _import(administrator, _readings(devices, readings, connected - 2 * span), readings)
    return {
        "history_live_readings_per_s": live,
        "import_readings_per_s": imported,
        "import_over_live": imported / live,
        "import_older_readings_per_s": older,
        "import_older_over_live": older / live,
    }


async def _register(administrator: Person, number: int) -> int:
    body = {"name": f"Meter {number}", "kind": "interval", "interval_s": STEP_S, "time_zone": "Europe/Bucharest"}
    answer = await administrator.ask("POST", "/api/devices", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def _gateway(house: House, administrator: Person, devices: list[int]) -> Person:
    """Known to the balancer, as its devices are."""
    made = await administrator.ask("POST", "/api/gateways", json={"name": "All", "device_ids": devices})
    issued = await administrator.ask("POST", f"/api/gateways/{made.json()['id']}/credentials", json={})
    await house.settle()
    gateway = Person((await house.nobody()).http, {"access_token": issued.json()["credential"]})

    async def is_known() -> bool:
        return (await gateway.ask("POST", "/api/ingest", json=[])).is_success

    await eventually(is_known)
    return gateway


def _readings(devices: list[int], count: int, start: datetime) -> Iterator[tuple[int, str, float]]:
    """Device, time and kWh, in the order of time."""
    steps = -(-count // len(devices))
    first = np.datetime64(start.replace(tzinfo=None, microsecond=0), "s")
    times = np.datetime_as_string(first + np.arange(steps) * STEP_S, unit="s").tolist()
    values = np.random.default_rng(5).integers(0, 900, count) / 1_000
    for number, value in enumerate(values.tolist()):
        step, device = divmod(number, len(devices))
        yield devices[device], times[step] + "Z", value


async def _send(gateway: Person, readings: Iterator[tuple[int, str, float]], count: int) -> float:
    bodies = asyncio.Queue[bytes]()
    rows = [{"device_id": device, "timestamp": time, "value": value} for device, time, value in readings]
    for start in range(0, count, BODY):
        bodies.put_nowait(json.dumps(rows[start : start + BODY]).encode())

    async def send() -> None:
        while not bodies.empty():
            body = bodies.get_nowait()
            while not (answer := await gateway.ask("POST", "/api/ingest", content=body, headers=_JSON)).is_success:
                assert answer.status_code == 503, answer.text
                await asyncio.sleep(0.2)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(SENDERS):
            group.create_task(send())
    return count / (time.perf_counter() - began)


async def _import(administrator: Person, readings: Iterator[tuple[int, str, float]], count: int) -> float:
    lines = "".join(f"{device},{time},{value}\n" for device, time, value in readings)
    file = ("history.csv", f"device,time,value\n{lines}".encode())
    began = time.perf_counter()
    started = await administrator.ask("POST", "/api/imports", files={"file": file})
    job: dict[str, Any] = started.json()

    async def has_ended() -> bool:
        job.update((await administrator.ask("GET", f"/api/imports/{job['id']}")).json())
        await asyncio.sleep(0.1)
        return job["state"] not in {"waiting", "running"}

    await eventually(has_ended, DEADLINE_S)
    assert job["accepted"] == count, job
    return count / (time.perf_counter() - began)
