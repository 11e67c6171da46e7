"""Nothing missed, nothing twice."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from kilowatch.kit.broker.port import Message
from kilowatch.realtime.domain.resuming import MAX_MISSED
from tests.house import Person
from tests.integration.realtime.conftest import Replica, Town, raised
from tests.realtime_client import Frame, Tab


async def sequences(tab: Tab, count: int) -> list[int]:
    return [(await tab.until(lambda frame: "sequence" in frame))["sequence"] for _ in range(count)]


async def test_who_comes_back_to_another_replica_gets_what_was_missed_in_order(town: Town, ana: Person) -> None:
    here, there = town.replicas
    async with town.tab(ana, here) as tab:
        await tab.start("alerts")
        await town.publish(raised(ana), raised(ana))
        assert await sequences(tab, 2) == [1, 2]
        position = tab.position
    await town.publish(*(raised(ana) for _ in range(5)))
    async with town.tab(ana, there) as tab:
        started = await tab.start("alerts", after=position)
        assert [frame["sequence"] for frame in tab.durable()] == [3, 4, 5, 6, 7]
        assert started["recovered"] is True
        assert started["position"]["sequence"] == 7
        await town.publish(raised(ana))
        assert await sequences(tab, 1) == [8]


async def test_nothing_missed_is_recovered_too(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        position = (await tab.start("alerts"))["position"]
    async with town.tab(ana) as tab:
        assert (await tab.start("alerts", after=position))["recovered"] is True
        assert tab.durable() == []


async def test_all_tabs_share_the_stream_at_all_replicas(town: Town, ana: Person) -> None:
    async with town.tab(ana) as one, town.tab(ana) as two, town.tab(ana, town.replicas[1]) as three:
        for tab in (one, two, three):
            await tab.start("alerts")
        await town.publish(*(raised(ana) for _ in range(10)))
        for tab in (one, two, three):
            assert await sequences(tab, 10) == list(range(1, 11))


async def test_an_event_that_comes_twice_is_one_frame(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.start("alerts")
        again = raised(ana)
        await town.publish_twice(again)
        await town.publish(raised(ana))
        assert await sequences(tab, 2) == [1, 2]
        assert len({frame["id"] for frame in tab.durable()}) == 2


def _of_another_stream(position: Frame) -> Frame:
    return position | {"stream": str(uuid4())}


def _ahead(position: Frame) -> Frame:
    return position | {"sequence": 10_000}


@pytest.mark.parametrize("forge", [_of_another_stream, _ahead])
async def test_a_position_that_is_not_of_the_stream_is_not_recovered(town: Town, ana: Person, forge: Any) -> None:
    async with town.tab(ana) as tab:
        position = (await tab.start("alerts"))["position"]
    await town.publish(raised(ana))
    async with town.tab(ana) as tab:
        started = await tab.start("alerts", after=forge(position))
        assert (started["recovered"], started["position"]["sequence"]) == (False, 1)
        assert tab.durable() == []
        await town.publish(raised(ana))
        assert await sequences(tab, 1) == [2]


async def test_the_position_of_another_person_shows_nothing_of_theirs(town: Town, ana: Person, bob: Person) -> None:
    async with town.tab(ana) as tab:
        position = (await tab.start("alerts"))["position"]
    await town.publish(raised(ana))
    async with town.tab(bob) as tab:
        assert (await tab.start("alerts", after=position))["recovered"] is False
        assert tab.durable() == []


async def test_what_was_forgotten_is_not_recovered(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        position = (await tab.start("alerts"))["position"]
    first = raised(ana)
    await town.publish(first, raised(ana))
    async with town.replicas[0].context.database.transaction() as connection:
        await connection.execute(text("DELETE FROM delivery WHERE user_id = :user AND sequence = 1"), {"user": ana.id})
    async with town.tab(ana) as tab:
        started = await tab.start("alerts", after=position)
        assert (started["recovered"], started["position"]["sequence"]) == (False, 2)


async def test_who_missed_more_than_a_thousand_frames_loads_a_snapshot(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        position = (await tab.start("alerts"))["position"]
    async with town.replicas[0].context.database.transaction() as connection:
        for statement in _MANY:
            await connection.execute(text(statement), {"user": ana.id, "n": MAX_MISSED + 1})
    async with town.tab(ana) as tab:
        assert (await tab.start("alerts", after=position))["recovered"] is False
    async with town.tab(ana) as tab:
        started = await tab.start("alerts", after=position | {"sequence": 1})
        assert started["recovered"] is True
        assert len(tab.durable()) == MAX_MISSED


_MANY = (
    "UPDATE stream SET sequence = :n WHERE user_id = :user",
    (
        "INSERT INTO frame (id, body)"
        ' SELECT gen_random_uuid(), \'{"type": "unsubscribed", "channel": "many"}\' FROM generate_series(1, :n)'
    ),
    "INSERT INTO delivery SELECT :user, row_number() OVER (), id, 'alerts' FROM frame WHERE body LIKE '%many%'",
)


async def test_another_role_begins_another_stream(town: Town) -> None:
    person = await town.person("operator")
    me = (await person.ask("GET", "/api/users/me")).json()
    async with town.tab(person) as tab:
        position = (await tab.start("staff/alerts"))["position"]
    await town.publish(raised())
    administrator = await town.house.administrator()
    await administrator.ask("PATCH", f"/api/users/{person.id}", json={"role": "client"})
    await town.house.settle()
    async with town.tab(await town.house.sign_in(me["email"])) as tab:
        started = await tab.start("alerts", "staff/alerts", after=position)
        assert (started["recovered"], started["channels"]) == (False, ["alerts"])
        assert tab.durable() == []


async def test_frames_that_are_told_in_vain_come_all_the_same(
    town: Town, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the broker had lost every one of them on its way to the replicas."""

    async def lose(_exchange: str, _message: Message) -> None:
        return

    async with town.tab(ana) as tab:
        await tab.start("alerts")
        with monkeypatch.context() as patch:
            patch.setattr(town.house.surroundings.broker, "tell", lose)
            await town.publish(*(raised(ana) for _ in range(120)))
        assert await sequences(tab, 120) == list(range(1, 121))
        await town.publish(raised(ana))
        assert await sequences(tab, 1) == [121]


async def test_a_gap_is_filled_before_what_comes_after_it(
    town: Town, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(_exchange: str, _message: Message) -> None:
        return

    async with town.tab(ana) as tab:
        await tab.start("alerts")
        with monkeypatch.context() as patch:
            patch.setattr(town.house.surroundings.broker, "tell", lose)
            await town.publish(raised(ana), raised(ana))
        await town.publish(raised(ana))
        assert await sequences(tab, 3) == [1, 2, 3]


async def test_frames_that_come_while_somebody_starts_are_not_lost(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        position = (await tab.start("alerts"))["position"]
    publishing = asyncio.create_task(_publish_slowly(town, ana, 60))
    seen: list[int] = []
    while not (publishing.done() and len(seen) == 60):
        replica: Replica = town.replicas[len(seen) % 2]
        async with town.tab(ana, replica) as tab:
            await tab.start("alerts", after=position)
            await tab.silent(0.05)
            seen += [frame["sequence"] for frame in tab.durable()]
            position = tab.position or position
    assert seen == list(range(1, 61))
    await publishing


async def _publish_slowly(town: Town, person: Person, count: int) -> None:
    for _ in range(count):
        await town.publish(raised(person))
        await asyncio.sleep(0.005)
