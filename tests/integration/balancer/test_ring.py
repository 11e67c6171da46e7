"""The ring as staff see it, put together from balancer, broker and monitoring."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from kilowatch.contracts.routing import PARTITIONS, partition_queue
from kilowatch.kit.broker.port import Message
from kilowatch.monitoring.leases import LeaseSettings
from kilowatch.ring import rendered
from tests.eventually import eventually
from tests.house import PASSWORD, House, open_house
from tests.integration.monitoring.replicas import ring_of


@pytest.fixture
async def house(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path, ("auth", "users", "devices", "balancer", "monitoring")) as house:
        yield house


async def test_staff_see_who_consumes_what_and_how_far_behind_it_is(house: House):
    staff = await house.administrator()

    async def all_are_held() -> bool:
        answer = await staff.ask("GET", "/api/balancer/ring")
        assert answer.status_code == 200, answer.text
        return {each["replica"] for each in answer.json()["partitions"]} == {"test"}

    await eventually(all_are_held)
    ring = (await staff.ask("GET", "/api/balancer/ring")).json()
    assert [each["partition"] for each in ring["partitions"]] == list(range(32))
    assert {(each["epoch"], each["depth"]) for each in ring["partitions"]} == {(1, 0)}
    assert ring["cap"] == 32
    assert [(member["name"], member["holds"]) for member in ring["members"]] == [("test", 32)]
    assert [(change["kind"], change["moved"]) for change in ring["changes"]] == [("joined", 0)]


async def test_the_ring_tells_how_far_behind_a_partition_is_and_what_moved_to_whom(house: House):
    staff, broker, settings = await house.administrator(), house.surroundings.broker, LeaseSettings()

    async def ring_of_house() -> dict[str, Any]:
        return (await staff.ask("GET", "/api/balancer/ring")).json()

    async def both_hold_their_share() -> bool:
        return [(member["name"], member["holds"]) for member in (await ring_of_house())["members"]] == [
            ("idle", 16),
            ("test", 16),
        ]

    async with ring_of(house.context("monitoring").database, settings, partitions=32) as replicas:
        idle = replicas.join("idle")  # takes partitions and consumes nothing
        await eventually(both_hold_their_share)
        behind = min(idle.consumer.running)
        waiting = [
            asyncio.create_task(broker.publish(PARTITIONS, Message(id=str(number), body=b"", routing_key=str(behind))))
            for number in range(3)
        ]

        async def they_are_there() -> bool:
            return await broker.depth(partition_queue(behind)) == len(waiting)

        await eventually(they_are_there)
        ring = await ring_of_house()
        for each in waiting:
            each.cancel()
    partitions = {each["partition"]: each for each in ring["partitions"]}
    assert {number: each["depth"] for number, each in partitions.items() if each["depth"]} == {behind: 3}
    moved = {number for number, each in partitions.items() if each["replica"] == "idle"}
    assert moved == idle.consumer.running.keys()
    assert {partitions[number]["epoch"] for number in moved} == {2}
    assert all(0 < each["left_s"] <= settings.lease_s for each in partitions.values())
    assert ring["cap"] == 16
    joined = ring["changes"][0]
    assert (joined["replica"], joined["kind"], joined["members"]) == ("idle", "joined", 2)
    assert (joined["expected"], joined["moved"]) == (16, 16)
    moves = ring["moves"][:16]
    assert {move["partition"] for move in moves} == moved
    assert {(move["previous"], move["replica"], move["epoch"], move["forced"]) for move in moves} == {
        ("test", "idle", 2, False)
    }


async def test_a_terminal_shows_the_ring_also_where_nobody_consumes():
    nobody = {"replica": None, "epoch": 4, "left_s": None, "depth": None, "parked": False, "devices": 12}
    somebody = {"replica": "east-1", "epoch": 5, "left_s": 4.2, "depth": 1_700, "parked": True, "devices": 3}
    ring = {
        "cap": 1,
        "partitions": [{"partition": 0} | nobody, {"partition": 1} | somebody],
        "members": [{"name": "east-1", "holds": 1, "silent_s": 0.4, "standing": "leaving"}],
        "changes": [
            {
                "at": "2026-11-23T10:00:00Z",
                "replica": "east-2",
                "kind": "lost",
                "members": 1,
                "expected": 16,
                "moved": 15,
            }
        ],
    }
    console = Console(width=100, no_color=True)
    with console.capture() as captured:
        console.print(rendered(ring))
    lines = [line.split() for line in captured.get().splitlines() if line.strip()]
    assert ["0", "nobody", "4", "–", "?", "12"] in lines
    assert ["1", "east-1", "5", "4.2", "s", "1,700", "refused", "3"] in lines
    assert ["east-1", "1", "0.4", "s", "ago", "leaving"] in lines
    assert ["east-2", "lost", "1", "16", "15"] in [line[1:] for line in lines]
