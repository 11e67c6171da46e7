"""`kilowatch simulate` from its options to the last reading."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kilowatch.kit.clock import system_clock
from kilowatch.kit.errors import Invalid, Unauthenticated
from kilowatch.simulator.runs import SimulationOptions, simulate_devices


@pytest.fixture
def options(receiver: Any, tmp_path: Path) -> SimulationOptions:
    return SimulationOptions(
        devices=5,
        interval_s=60,
        config=None,
        speed=None,
        from_="2026-03-28T22:00Z",
        to="2026-03-29T21:00Z",
        duration=None,
        amqp_url=None,
        url=receiver.url,
        credential="kwg_1_secret",
        first_device=11,
        seed=3,
        faults="",
        connections=3,
        email="admin@kilowatch.local",
        password=None,
        state_directory=tmp_path,
    )


async def test_a_day_of_history_is_every_reading_of_every_device(options: SimulationOptions, receiver: Any) -> None:
    await simulate_devices(options)
    assert {device for device, _ in receiver.stored} == {11, 12, 13, 14, 15}
    assert len(receiver.stored) == 5 * 23 * 60


async def test_the_same_seed_sends_the_same_again(options: SimulationOptions, receiver: Any) -> None:
    await simulate_devices(options)
    await simulate_devices(replace(options, connections=1))
    assert len(receiver.stored) == 5 * 23 * 60
    assert receiver.conflicts == 0
    await simulate_devices(replace(options, seed=4))
    assert len(receiver.stored) > 5 * 23 * 60


async def test_a_file_describes_the_meters(options: SimulationOptions, receiver: Any, tmp_path: Path) -> None:
    file = tmp_path / "meters.json"
    file.write_text(json.dumps({"meters": [{"name": "Flat", "device_id": 99, "interval_s": 900}]}))
    await simulate_devices(replace(options, config=file))
    assert {device for device, _ in receiver.stored} == {99}
    assert len(receiver.stored) == 23 * 4


async def test_it_stops_when_its_time_is_over(options: SimulationOptions, receiver: Any) -> None:
    await simulate_devices(replace(options, from_=None, to=None, interval_s=1, duration="2s"))
    assert 5 <= len(receiver.stored) <= 15


async def test_a_replay_runs_faster_than_the_clock(options: SimulationOptions, receiver: Any) -> None:
    await simulate_devices(replace(options, from_="1h", to=None, speed=600.0, duration="2s"))
    newest = max(time for _, time in receiver.stored)
    assert 50 < len(receiver.stored) < 150
    assert newest < (system_clock() - timedelta(minutes=30)).isoformat()


async def test_a_period_that_ends_before_it_begins_is_refused(options: SimulationOptions) -> None:
    with pytest.raises(Invalid, match="--to is after --from"):
        await simulate_devices(replace(options, to="2026-03-01"))


async def test_a_wrong_credential_ends_it(options: SimulationOptions, receiver: Any) -> None:
    receiver.script.extend(["unauthorized"] * 10)
    with pytest.raises(Unauthenticated):
        await simulate_devices(options)
