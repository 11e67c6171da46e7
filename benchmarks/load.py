"""Readings as fast as they are taken, over HTTP.

The bodies are made by patching digits into a matrix of bytes, so that the generator costs a small part of what it
measures. `python -m benchmarks.load URL SECONDS BEGAN MINUTE [RATE]` prints what it did as JSON.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from benchmarks.fleet import CREDENTIAL, FIRST_ID

CONNECTIONS: Final = 16
READINGS: Final = 1_000
DEVICES: Final = int(os.environ.get("BENCH_DEVICES", "100000"))
STEP_S: Final = 60
LATE_SHARE: Final = 0.01
LATE_STEPS: Final = 5
REGISTER_WH: Final = 2_000_000  #: where all registers stood when their time began
WH_A_MINUTE: Final = 20
RECORD: Final = '{"device_id":000000,"timestamp":"2026-01-01T00:00:00Z","value":2000.000},'
TIMESTAMP_AT: Final = RECORD.index("2026")
VALUE_AT: Final = RECORD.index("2000.000")


@dataclass
class MeterTime:
    """How far the meters are. Runs that follow one another go on from it: between them is no gap to be filled."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(hours=8))
    minute: int = 0

    @property
    def now(self) -> datetime:
        return self.began + timedelta(minutes=self.minute)

    def pass_for(self, readings: int) -> None:
        """After so many readings, a minute apart for each device in turn."""
        self.minute += -(-readings // DEVICES) + 1


@dataclass
class Sent:
    readings: int = 0
    requests: int = 0
    slowed_down: int = 0
    started_at: float = 0.0
    seconds: float = 0.0
    cpu_s: float = 0.0


class Bodies:
    """Requests of `READINGS` devices in turn; each device moves on by about a minute from one round to the next."""

    def __init__(self, time: MeterTime) -> None:
        self._running_s = time.minute * 60
        self._start = np.datetime64(time.now.replace(tzinfo=None), "s")
        self._blocks = [self._block(first) for first in range(0, DEVICES, READINGS)]
        self._random = np.random.default_rng(7)
        self._number = 0

    def next(self) -> bytes:
        step, block = divmod(self._number, len(self._blocks))
        self._number += 1
        rows = self._blocks[block]
        jitter = self._random.integers(0, 14, len(rows)) * 2
        late = self._random.random(len(rows)) < LATE_SHARE
        # Late ones fall on odd seconds, the others on even ones, so that no two have the same time.
        seconds = step * STEP_S + jitter - late * (LATE_STEPS * STEP_S + 1)
        texts = np.datetime_as_string(self._start + seconds.astype("m8[s]"), unit="s").astype("S19")
        rows[:, TIMESTAMP_AT : TIMESTAMP_AT + 19] = texts.view(np.uint8).reshape(-1, 19)
        rows[:, VALUE_AT : VALUE_AT + 8] = _digits(register_wh(self._running_s + seconds))
        return b"[" + rows.tobytes()[:-1] + b"]"

    def _block(self, first: int) -> npt.NDArray[np.uint8]:
        records = [RECORD.replace("000000", str(FIRST_ID + first + number), 1) for number in range(READINGS)]
        return np.frombuffer("".join(records).encode(), np.uint8).reshape(READINGS, len(RECORD)).copy()


def register_wh(running_s: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return REGISTER_WH + running_s * WH_A_MINUTE // 60


def _digits(watt_hours: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """`1234.567` for 1234567."""
    powers = 10 ** np.arange(6, -1, -1)
    digits = (watt_hours[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return np.insert(digits, 4, ord("."), axis=1)


async def run(url: str, seconds: float, time_of_meters: MeterTime, rate: float | None) -> Sent:
    """Send for `seconds`, at most `rate` readings/s."""
    bodies, sent = Bodies(time_of_meters), Sent()
    started = time.monotonic()
    sent.started_at = time.time()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(_send(url, bodies, sent, started, seconds, rate))
    sent.seconds, sent.cpu_s = time.monotonic() - started, time.process_time()
    return sent


async def _send(url: str, bodies: Bodies, sent: Sent, started: float, seconds: float, rate: float | None) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while time.monotonic() - started < seconds:
        turn = sent.readings
        sent.readings += READINGS
        if rate:
            await asyncio.sleep(started + turn / rate - time.monotonic())
        await _deliver(reader, writer, bodies.next(), sent)
    writer.close()


async def _deliver(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, sent: Sent) -> None:
    head = (
        f"POST /api/ingest HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {CREDENTIAL}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    while True:
        sent.requests += 1
        writer.write(head + body)
        status, answer = await asyncio.wait_for(_answer(reader), 60)
        if status == 202:
            return
        if status not in {429, 503}:
            raise RuntimeError(f"{status}: {answer[:500]!r}")
        sent.slowed_down += 1
        await asyncio.sleep(0.2)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head.split(b" ")[1]), await reader.readexactly(length)


if __name__ == "__main__":
    address, duration, began, minute, *limit = sys.argv[1:]
    meters = MeterTime(datetime.fromisoformat(began), int(minute))
    sent_all = asyncio.run(run(address, float(duration), meters, float(limit[0]) if limit else None))
    sys.stdout.write(json.dumps(asdict(sent_all)))
