"""Meters that know exactly what they have sent: counters and intervals, with repeats and late readings."""

import asyncio
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeAlias

import httpx2
import numpy as np

from benchmarks.fleet import CREDENTIAL
from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Rows, observations

FIRST_ID = 500_001
STEP_S = 5
PAUSE_S = 0.3
REQUEST_TIMEOUT_S = 15.0
RETRY_S = 0.2
#: Sent later than they were taken, and sent twice.
LATE_SHARE = 0.04
REPEATED = 3
#: Meters say Wh; the sum of whole ones is exact.
WH_PER_KWH = 1_000

Reading: TypeAlias = tuple[int, int, int]  #: device, seconds since 1970, Wh


def fleet(count: int) -> list[Device]:
    """Every second one is a counter."""
    return [_device(FIRST_ID + number, [MeterKind.INTERVAL, MeterKind.COUNTER][number % 2]) for number in range(count)]


def _device(device_id: int, kind: MeterKind) -> Device:
    configuration = MeterConfiguration(valid_from=datetime(2020, 1, 1, tzinfo=UTC), kind=kind, interval_s=STEP_S)
    return Device(
        id=device_id,
        version=1,
        name=f"{kind} {device_id}",
        time_zone="Europe/Bucharest",
        direction=Direction.CONSUMPTION,
        configurations=(configuration,),
    )


@dataclass
class Meters:
    """Some meters behind one gateway, which sends a batch at a time and repeats it until it is answered 202."""

    devices: Sequence[Device]
    urls: Callable[[], Sequence[str]]
    random: Random
    credential: str = CREDENTIAL
    now: int = field(default_factory=lambda: int((datetime.now(UTC) - timedelta(hours=24)).timestamp()))
    attempts: int = 0
    _registers: dict[int, int] = field(default_factory=dict)
    _withheld: list[Reading] = field(default_factory=list)
    _recent: deque[Reading] = field(default_factory=lambda: deque(maxlen=1_000))
    _sent: "array[int]" = field(default_factory=lambda: array("q"))

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until asked to stop; then what was held back too."""
        async with httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {self.credential}"}, timeout=REQUEST_TIMEOUT_S
        ) as client:
            while not stopping.is_set():
                await self._deliver(client, self._next_batch())
                await asyncio.sleep(PAUSE_S)
            rest, self._withheld = self._withheld, []
            await self._deliver(client, rest)

    def safe(self) -> list[dict[str, Any]]:
        """Some readings that were answered 202, as they were sent."""
        return [_json(reading) for reading in self._recent]

    def sent(self) -> Rows:
        """Every reading that was answered 202, each once, by device and time; not configured."""
        rows = np.frombuffer(self._sent, np.int64).reshape(-1, 3)
        return observations(rows[:, 0], rows[:, 1] * 1_000_000, rows[:, 2] / WH_PER_KWH)

    def _next_batch(self) -> list[Reading]:
        self.now += STEP_S
        taken = [self._take(device) for device in self.devices]
        late = [reading for reading in taken if self.random.random() < LATE_SHARE]
        returning = [reading for reading in self._withheld if self.random.random() < 1 / 8]
        self._withheld = [reading for reading in self._withheld if reading not in returning] + late
        repeated = self.random.sample(self._recent, min(len(self._recent), REPEATED))
        return [reading for reading in taken if reading not in late] + returning + repeated

    def _take(self, device: Device) -> Reading:
        used = self.random.randint(1, 50)
        register = self._registers[device.id] = self._registers.get(device.id, 0) + used
        is_counter = device.configurations[0].kind is MeterKind.COUNTER
        return device.id, self.now, register if is_counter else used

    async def _deliver(self, client: httpx2.AsyncClient, batch: Sequence[Reading]) -> None:
        body = [_json(reading) for reading in batch]
        while not await self._is_taken(client, body):
            await asyncio.sleep(RETRY_S)
        for reading in batch:
            self._sent.extend(reading)
        self._recent.extend(batch)

    async def _is_taken(self, client: httpx2.AsyncClient, body: Sequence[dict[str, Any]]) -> bool:
        self.attempts += 1
        url = self.random.choice(self.urls())
        try:
            answer = await client.post(f"{url}/api/ingest", json=body)
        except httpx2.TransportError:
            return False
        if answer.status_code == 202:
            assert not answer.json()["rejected"], answer.text
            return True
        assert answer.status_code in {429, 503}, f"{answer.status_code}: {answer.text}"
        return False


def _json(reading: Reading) -> dict[str, Any]:
    device, seconds, watt_hours = reading
    time = datetime.fromtimestamp(seconds, UTC).isoformat()
    return {"device_id": device, "timestamp": time, "value": watt_hours / WH_PER_KWH}


def all_sent(meters: Sequence[Meters]) -> Rows:
    """By device and time, each once."""
    rows = np.concatenate([each.sent() for each in meters])
    return np.unique(rows[["device", "time", "value"]])


def exact_energy(devices: Sequence[Device], sent: Rows) -> dict[int, int]:
    """mWh of each device: what it registered, by arithmetic that knows nothing of segments and slots."""
    energy = np.rint(sent["value"] * MWH_PER_KWH).astype(np.int64)
    found = {}
    for device in devices:
        own = energy[sent["device"] == device.id]
        is_counter = device.configurations[0].kind is MeterKind.COUNTER
        found[device.id] = int(own.max() - own.min() if is_counter else own.sum())
    return found
