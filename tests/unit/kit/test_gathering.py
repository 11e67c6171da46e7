"""Many callers, one trip."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from kilowatch.kit import gathering
from kilowatch.kit.errors import SlowDown, Unavailable
from kilowatch.kit.gathering import Gathering


class Road:
    """Trips that wait until they are let go."""

    def __init__(self) -> None:
        self.trips: list[Sequence[int]] = []
        self.free = asyncio.Event()
        self.broken = False

    async def travel(self, asked: Sequence[int]) -> Sequence[int]:
        self.trips.append(asked)
        await self.free.wait()
        if self.broken:
            raise Unavailable("The bridge is down.")
        return [number * 10 for number in asked]


@asynccontextmanager
async def running(road: Road) -> AsyncIterator[Gathering[int, int]]:
    stopping, gathered = asyncio.Event(), Gathering(road.travel, 3)
    async with asyncio.TaskGroup() as group:
        group.create_task(gathered.run(stopping))
        try:
            yield gathered
        finally:
            road.free.set()
            stopping.set()


async def all_asking(gathered: Gathering[int, int], numbers: range) -> list[asyncio.Task[int]]:
    asking = [asyncio.create_task(gathered.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    return asking


async def first_trip(road: Road, gathered: Gathering[int, int], numbers: range) -> list[asyncio.Task[int]]:
    """They are on their way."""
    asking = await all_asking(gathered, numbers)
    while not road.trips:
        await asyncio.sleep(0)
    return asking


async def test_who_comes_during_a_trip_goes_with_the_next_and_gets_what_they_asked_for():
    road = Road()
    async with running(road) as gathered:
        first = await first_trip(road, gathered, range(1))
        others = await all_asking(gathered, range(1, 6))
        road.free.set()
        assert await asyncio.gather(*first, *others) == [0, 10, 20, 30, 40, 50]
    assert [len(trip) for trip in road.trips] == [1, 3, 2]


async def test_a_trip_that_fails_fails_for_those_on_it_and_the_next_one_goes():
    road = Road()
    async with running(road) as gathered:
        asking = await all_asking(gathered, range(3))
        road.broken = True
        road.free.set()
        assert [type(each) for each in await asyncio.gather(*asking, return_exceptions=True)] == [Unavailable] * 3
        road.broken = False
        assert await gathered.ask(7) == 70


async def test_who_has_gone_is_not_taken_along():
    road = Road()
    async with running(road) as gathered:
        first = await first_trip(road, gathered, range(1))
        second, third = await all_asking(gathered, range(1, 3))
        second.cancel()
        await asyncio.wait([second])
        road.free.set()
        assert await asyncio.gather(*first, third) == [0, 20]
    assert road.trips == [[0], [2]]


async def test_nobody_waits_for_ever_and_not_too_many_wait(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering, "PATIENCE_S", 0.01)
    monkeypatch.setattr(gathering, "MOST_WAITING", 2)
    road = Road()
    async with running(road) as gathered:
        asking = await first_trip(road, gathered, range(1))
        asking += await all_asking(gathered, range(1, 3))
        with pytest.raises(SlowDown):
            await gathered.ask(4)
        assert [type(each) for each in await asyncio.gather(*asking, return_exceptions=True)] == [Unavailable] * 3


async def test_those_who_wait_when_it_is_to_stop_are_answered():
    road, stopping = Road(), asyncio.Event()
    gathered = Gathering(road.travel, 3)
    asking = await all_asking(gathered, range(5))
    stopping.set()
    road.free.set()
    await gathered.run(stopping)
    assert await asyncio.gather(*asking) == [0, 10, 20, 30, 40]
