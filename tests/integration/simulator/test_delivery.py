"""Sending to a receiver that misbehaves: nothing is lost, nothing is counted twice."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from kilowatch.contracts.metering import MeterKind
from kilowatch.kit.errors import Unauthenticated
from kilowatch.simulator.delivery import BATCH_READINGS, Arrivals, deliver, pace, paced_batches, pump
from kilowatch.simulator.domain.loads import Load, Steady
from kilowatch.simulator.domain.meters import Meter, MeterReader
from kilowatch.simulator.domain.outgoing import Outgoing, outgoing
from kilowatch.simulator.domain.place import HOUR, Place, micros
from kilowatch.simulator.domain.stream import stream
from kilowatch.simulator.http_sender import HttpSender, open_http_sender
from kilowatch.simulator.sending import Delayed, Delivered, Tally

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
END = micros(NOW)
SECOND = 1_000_000


def some(count: int, device: int = 7) -> Outgoing:
    times = END - np.arange(count, dtype=np.int64)[::-1] * SECOND
    return outgoing(device, times, np.arange(count) / 1000)


def a_day_of(devices: int) -> Iterator[Outgoing]:
    load = Load(profile=Steady(), place=Place(), seed=1)
    meters = [
        Meter(device_id=device, kind=MeterKind.POWER, interval_s=30, loads=(load,), installed_at=0)
        for device in range(1, devices + 1)
    ]
    return stream([MeterReader(meter) for meter in meters], END - 24 * HOUR, END)


async def everything(windows: Iterator[Outgoing], stopping: asyncio.Event) -> AsyncIterator[Outgoing]:
    async for batch in paced_batches(windows, pace(lambda: NOW, END, float("inf")), stopping):
        yield batch


@pytest.fixture
async def sender(receiver: Any) -> AsyncIterator[HttpSender]:
    async with open_http_sender(receiver.url, "kwg_1_secret", connections=4) as sender:
        yield sender


async def test_readings_arrive_as_they_were_taken(receiver: Any, sender: HttpSender) -> None:
    assert await sender.send(some(3)) == Delivered(3)
    assert receiver.stored == {
        (7, "2026-11-23T09:59:58.000Z"): 0.0,
        (7, "2026-11-23T09:59:59.000Z"): 0.001,
        (7, "2026-11-23T10:00:00.000Z"): 0.002,
    }
    assert receiver.credentials == {"bearer kwg_1_secret"}


async def test_an_answer_without_a_body_accepts_everything(receiver: Any, sender: HttpSender) -> None:
    receiver.script.append("silent")
    assert await sender.send(some(3)) == Delivered(3)


@pytest.mark.parametrize("trouble", ["busy", "broken", "cut", "cut after storing"])
async def test_trouble_is_a_delay_with_everything_still_to_send(
    receiver: Any, sender: HttpSender, trouble: str
) -> None:
    receiver.script.append(trouble)
    outcome = await sender.send(some(3))
    assert isinstance(outcome, Delayed)
    assert len(outcome.rest) == 3
    assert outcome.retry_after_s == (0 if trouble == "busy" else None)


async def test_a_batch_is_sent_until_it_is_safe_and_counted_once(receiver: Any, sender: HttpSender) -> None:
    receiver.script.extend(["busy", "cut", "cut after storing", "broken"])
    tally = Tally()
    assert await deliver(some(50), sender, tally, asyncio.Event())
    assert len(receiver.stored) == 50
    assert (tally.accepted, tally.rejected, tally.retries) == (50, 0, 4)


async def test_what_the_receiver_rejects_is_told(receiver: Any, sender: HttpSender) -> None:
    receiver.stored[7, "2026-11-23T10:00:00.000Z"] = 99.0
    tally = Tally()
    await deliver(some(5), sender, tally, asyncio.Event())
    assert (tally.accepted, tally.rejected, tally.reasons) == (4, 1, {"conflict": 1})


async def test_a_wrong_credential_is_not_tried_again(receiver: Any, sender: HttpSender) -> None:
    receiver.script.append("unauthorized")
    with pytest.raises(Unauthenticated):
        await pump(everything(a_day_of(1), asyncio.Event()), sender, Tally(), Arrivals(0), asyncio.Event())
    assert receiver.requests <= 4


async def test_history_travels_over_several_connections_and_arrives_whole(receiver: Any, sender: HttpSender) -> None:
    receiver.script.extend(["busy", "ok", "cut after storing", "cut", "broken", "busy"])
    tally, stopping, arrivals = Tally(), asyncio.Event(), Arrivals(0)
    await pump(everything(a_day_of(30), stopping), sender, tally, arrivals, stopping, connections=4)
    assert len(receiver.stored) == 30 * 24 * 120
    assert tally.made == tally.accepted == 30 * 24 * 120
    assert arrivals.until == END - 1
    assert receiver.requests >= 30 * 24 * 120 / BATCH_READINGS
    assert receiver.conflicts == 0
    assert receiver.most_at_once > 1


async def test_a_receiver_that_is_away_is_waited_for(listen: Callable[[Any], Awaitable[Any]], receiver: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    away, tally = type(receiver)(url=url), Tally()
    async with open_http_sender(url, "kwg_1_secret", connections=1) as sender, asyncio.TaskGroup() as group:
        refused = await sender.send(some(5))
        delivery = group.create_task(deliver(some(5), sender, tally, asyncio.Event()))
        await listen(away)
    assert isinstance(refused, Delayed)
    assert delivery.result()
    assert len(away.stored) == 5


async def test_stopping_ends_the_attempts(receiver: Any, sender: HttpSender) -> None:
    receiver.script.extend(["broken"] * 1000)
    stopping, tally = asyncio.Event(), Tally()
    delivery = asyncio.create_task(pump(everything(a_day_of(1), stopping), sender, tally, Arrivals(0), stopping))
    await receiver.asked.wait()
    stopping.set()
    await asyncio.wait_for(delivery, 5)
    assert tally.accepted == 0
    assert tally.retries > 0


def test_what_has_arrived_is_what_no_batch_under_way_is_older_than() -> None:
    arrivals, batches = Arrivals(0), [some(30).pick(slice(start, start + 10)) for start in (0, 10, 20)]
    for batch in batches:
        arrivals.left(batch)
    arrivals.arrived(batches[2])
    arrivals.arrived(batches[0])
    assert arrivals.until == int(batches[1].sent[0]) - 1
    arrivals.arrived(batches[1])
    assert arrivals.until == END - 1


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


def test_simulated_time_runs_faster_but_never_ahead_of_the_clock() -> None:
    clock = Hands()
    fast = pace(clock, END - HOUR, speed=60)
    assert fast.now() == END - HOUR
    clock.time += timedelta(seconds=30)
    assert fast.now() == END - HOUR // 2
    clock.time += timedelta(seconds=300)
    assert fast.now() == micros(clock.time)


def test_the_wait_for_a_reading_is_as_long_as_simulated_time_takes() -> None:
    clock = Hands()
    assert pace(clock, END - HOUR, speed=60).wait_s(END - HOUR + 600 * SECOND) == pytest.approx(10)
    assert pace(clock, END, speed=1).wait_s(END + 5 * SECOND) == pytest.approx(5)
    assert pace(clock, END, speed=float("inf")).wait_s(END + 5 * SECOND) == pytest.approx(5)


async def test_readings_leave_when_they_are_due_and_not_before() -> None:
    clock, stopping = Hands(), asyncio.Event()
    live = paced_batches(iter([some(100)]), pace(clock, END - 100 * SECOND, speed=1), stopping)
    clock.time = NOW + timedelta(seconds=90)
    assert len(await anext(live)) == 90
    waiting = asyncio.ensure_future(anext(live))
    clock.time = NOW + timedelta(seconds=100)
    assert len(await waiting) == 10
