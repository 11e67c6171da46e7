"""kill -9 under load, again and again: what was acknowledged is there, once, and usage is the sum of it."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from kilowatch.simulator.demo.accounts import ADMINISTRATOR
from tests.system.installation import Installation

SENDERS = 4
#: An old hour: nothing that the demo's own meters send lies near it, and no alert is news.
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=40)


class Sender:
    """A meter that sends batches, repeats what was not acknowledged, and remembers what was."""

    def __init__(self, url: str, device_id: int, credential: str) -> None:
        self.device_id = device_id
        self.acknowledged: dict[str, float] = {}
        self._url, self._credential = url, credential
        self._random = random.Random(device_id)
        self._next = 0

    def send_first(self) -> None:
        """A credential is news to the balancer for a moment."""
        deadline = time.monotonic() + 30
        headers = {"Authorization": f"Bearer {self._credential}"}
        while httpx2.post(f"{self._url}/api/ingest", json=[], headers=headers, timeout=30).status_code != 202:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def send_until(self, stopping: threading.Event) -> None:
        headers = {"Authorization": f"Bearer {self._credential}"}
        with httpx2.Client(base_url=self._url, headers=headers, timeout=30) as client:
            while not stopping.is_set():
                self._deliver(client, self._batch(), stopping)

    def _batch(self) -> list[dict[str, object]]:
        count = self._random.randint(1, 40)
        seconds = range(self._next, self._next + count)
        self._next += count
        readings = [
            {
                "device_id": self.device_id,
                "timestamp": (START + timedelta(seconds=5 * second)).isoformat(),
                "value": self._random.randint(0, 3_000) / 1_000,
            }
            for second in seconds
        ]
        self._random.shuffle(readings)
        return readings

    def _deliver(self, client: httpx2.Client, batch: list[dict[str, object]], stopping: threading.Event) -> None:
        while not stopping.is_set():
            with suppress(httpx2.TransportError):
                answer = client.post("/api/ingest", json=batch)
                if answer.status_code == 202:
                    assert answer.json()["accepted"] == len(batch), answer.text
                    self.acknowledged |= {str(reading["timestamp"]): float(str(reading["value"])) for reading in batch}
                    return
                assert answer.status_code == 503, answer.text
            time.sleep(0.05)


@pytest.mark.timeout(420)
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_kills_under_load_lose_nothing_and_count_nothing_twice(install, kills: int):
    installation = install("--demo")
    installation.start()
    senders = list(_register(installation))
    stopping = threading.Event()
    with ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(sender.send_until, stopping) for sender in senders]
        try:
            for kill in range(kills):
                _await_progress(senders, sending)
                if kill % 2:
                    installation.kill_with_database()
                else:
                    installation.kill()
                installation.start()
            _await_progress(senders, sending)
        finally:
            stopping.set()
        for future in sending:
            future.result(60)
    with installation.signed_in(ADMINISTRATOR.email, ADMINISTRATOR.password) as client:
        for sender in senders:
            _check(client, sender)


def _register(installation: Installation) -> Iterator[Sender]:
    with installation.signed_in(ADMINISTRATOR.email, ADMINISTRATOR.password) as client:
        for number in range(SENDERS):
            device = client.post(
                "/api/devices", json={"name": f"killed {number}", "time_zone": "Etc/UTC", "kind": "interval"}
            ).json()
            credential = client.post(f"/api/devices/{device['id']}/credentials", json={}).json()["credential"]
            sender = Sender(installation.url, device["id"], credential)
            sender.send_first()
            yield sender


def _await_progress(senders: list[Sender], sending: list[Future[None]]) -> None:
    """Every sender has had something acknowledged since the last kill."""
    before = [len(sender.acknowledged) for sender in senders]
    deadline = time.monotonic() + 60
    while any(len(sender.acknowledged) <= count for sender, count in zip(senders, before, strict=True)):
        assert time.monotonic() < deadline, "no reading was acknowledged for a minute"
        for future in sending:
            assert not future.done(), future.exception()
        time.sleep(0.05)
    time.sleep(random.uniform(0, 0.5))


def _check(client: httpx2.Client, sender: Sender) -> None:
    stored = list(_readings(client, sender.device_id))
    values = {datetime.fromisoformat(time): value for time, value in stored}
    assert len(values) == len(stored), "a reading is there twice"
    for timestamp, value in sender.acknowledged.items():
        assert values.get(datetime.fromisoformat(timestamp)) == value, f"{timestamp} was acknowledged and is lost"
    usage = client.get(
        f"/api/usage/devices/{sender.device_id}",
        params={"by": "hour", "from": (START - timedelta(hours=1)).isoformat(), "to": datetime.now(UTC).isoformat()},
    ).json()
    counted = sum(
        round(period["energy_kwh"] * 1_000_000) for period in usage["series"][0]["periods"] if period["readings"]
    )
    assert counted == sum(round(value * 1_000_000) for value in values.values())


def _readings(client: httpx2.Client, device_id: int) -> Iterator[tuple[str, float]]:
    parameters: dict[str, str | int] = {"limit": 5_000}
    while True:
        page = client.get(f"/api/readings/{device_id}", params=parameters).json()
        yield from ((reading["time"], reading["value"]) for reading in page["items"])
        if page["next"] is None:
            return
        parameters["after"] = page["next"]
