"""Replicas as processes, with a broker and a database that they share: what becomes of them when one is killed."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import AlertRaised, Payload, SessionEnded, UserDeactivated
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.errors import SlowDown, Unavailable
from kilowatch.realtime.socket import CloseCode
from tests.crowded import Citizen, Crowd, Registry, open_crowd, open_registry
from tests.eventually import eventually
from tests.integration.realtime.conftest import alert, message_of
from tests.integration.realtime.test_ending import PROMISED_S
from tests.realtime_client import Tab, open_tab
from tests.stack import Stack, open_stack

PATIENCE_S = 120.0


@dataclass
class Quarter:
    stack: Stack
    registry: Registry
    broker: Broker
    urls: Sequence[str]

    async def tell(self, payload: Payload) -> None:
        await self._publish(message_of(payload))

    @asynccontextmanager
    async def tab(self, citizen: Citizen, url: str) -> AsyncIterator[Tab]:
        async with httpx2.AsyncClient(base_url=url, trust_env=False) as client:
            asked = await client.post("/api/realtime/tickets", headers={"Authorization": f"Bearer {citizen.token}"})
        async with open_tab(url, asked.json()["ticket"]) as tab:
            await tab.start("alerts")
            yield tab

    async def announce(self, citizens: Sequence[Citizen]) -> str:
        """An alert for all of them; gives the id of its event once it is with the broker."""
        told = AlertRaised(alert(user_ids=tuple(each.user_id for each in citizens)))
        message = message_of(told)
        await self._publish(message)
        return message.id

    async def _publish(self, message: Message) -> None:
        """As an outbox relay does: again and again, under the same id."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await self.broker.publish(EVENTS, message)
                except (Unavailable, SlowDown):
                    await asyncio.sleep(0.2)


@pytest.fixture
async def quarter() -> AsyncIterator[Quarter]:
    """Two replicas of realtime."""
    async with AsyncExitStack() as stack:
        many = {"KILOWATCH_REALTIME_SOCKETS_OF_ADDRESS": "20000"}
        processes = await stack.enter_async_context(open_stack(**many))
        registry = await stack.enter_async_context(open_registry(processes.ports["auth"]))
        one = processes.launch("realtime", "realtime-1")
        await one.ready()
        two = await processes.start("realtime", "realtime-2")
        broker = await stack.enter_async_context(open_rabbitmq(processes.rabbit.url))
        yield Quarter(processes, registry, broker, [one.url, two.url])


@pytest.mark.timeout(400)
@pytest.mark.parametrize("size", [30, pytest.param(1_000, marks=pytest.mark.slow)])
async def test_killing_a_replica_and_the_broker_loses_and_repeats_nothing(quarter: Quarter, size: int) -> None:
    citizens = quarter.registry.citizens(2 * size)  # half of them at each replica
    async with open_crowd(citizens, quarter.urls, ["alerts"]) as crowd:
        await eventually(crowd.has_started, within_s=PATIENCE_S)
        told = [await quarter.announce(citizens) for _ in range(10)]
        quarter.stack.processes["realtime-1"].kill()
        told += [await quarter.announce(citizens) for _ in range(10)]
        await _everybody_has(crowd, told)
        await asyncio.to_thread(quarter.stack.rabbit.restart)
        told += [await quarter.announce(citizens) for _ in range(10)]
        await _everybody_has(crowd, told)
        report = await crowd.report()
        assert report["starts"] >= 3 * size  # some have lost their socket and come back
        assert report["unrecovered"] == 0


@pytest.mark.timeout(200)
async def test_a_session_that_ends_closes_its_sockets_at_every_process_within_two_seconds(quarter: Quarter) -> None:
    revoked, deactivated, other = quarter.registry.citizens(3)
    gone = User(id=deactivated.user_id, version=2, email="a@b.c", name="", role=Role.CLIENT, active=False)
    async with AsyncExitStack() as stack:
        tabs = {
            citizen.user_id: [await stack.enter_async_context(quarter.tab(citizen, url)) for url in quarter.urls]
            for citizen in (revoked, deactivated, other)
        }
        for citizen, end in (
            (revoked, SessionEnded(revoked.session_id, revoked.user_id)),
            (deactivated, UserDeactivated(gone)),
        ):
            began = time.monotonic()
            await quarter.tell(end)
            closed = await asyncio.gather(*(tab.closed() for tab in tabs[citizen.user_id]))
            assert time.monotonic() - began < PROMISED_S, end.type
            assert {code for code, _ in closed} == {CloseCode.SESSION_ENDED}
        for tab in tabs[other.user_id]:
            assert (await tab.ask("ping"))["type"] == "pong"


async def _everybody_has(crowd: Crowd, told: Sequence[str]) -> None:
    """Each of them once, numbered without a gap."""

    async def is_there() -> bool:
        return all(len(seen) >= len(told) for seen in (await crowd.report())["seen"])

    await eventually(is_there, within_s=PATIENCE_S)
    for seen in (await crowd.report())["seen"]:
        _is_complete(seen, told)


def _is_complete(seen: Sequence[Any], told: Sequence[str]) -> None:
    assert [sequence for sequence, *_ in seen] == list(range(1, len(told) + 1))
    assert sorted(event_id for _, event_id, _ in seen) == sorted(told)
