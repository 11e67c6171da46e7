"""A house with people and devices, and replicas of the realtime service that answer on ports of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
import pytest
from fastapi import FastAPI

from kilowatch.contracts.events import Alert, AlertKind, AlertRaised, AlertState, Event, Payload
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.port import Message
from kilowatch.kit.edge import bind, serve_http
from kilowatch.kit.events import encode_event, event_message
from kilowatch.kit.http import build_app
from kilowatch.realtime.app import open_realtime
from kilowatch.realtime.context import RealtimeContext
from tests.databases import fresh_databases
from tests.eventually import eventually
from tests.house import PASSWORD, House, Person, open_house
from tests.realtime_client import Tab, open_tab

NAMES = ("auth", "users", "devices", "balancer", "monitoring", "realtime")


@dataclass
class Replica:
    """A realtime service of its own, beside the one that is in the house."""

    url: str
    context: RealtimeContext
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Town:
    house: House
    stack: AsyncExitStack
    replicas: list[Replica] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.replicas[0].url

    async def person(self, role: str = "client") -> Person:
        return await self.house.person(f"{role}-{uuid4().hex[:8]}@example.org", role)

    async def start_replica(self) -> Replica:
        return await self.stack.enter_async_context(_replica(self.house))

    async def ticket(self, person: Person) -> str:
        answer = await person.ask("POST", "/api/realtime/tickets")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["ticket"])

    def tab(self, person: Person, replica: Replica | None = None, **options: Any) -> AbstractAsyncContextManager[Tab]:
        return self._tab(person, (replica or self.replicas[0]).url, options)

    @asynccontextmanager
    async def _tab(self, person: Person, url: str, options: dict[str, Any]) -> AsyncIterator[Tab]:
        async with open_tab(url, await self.ticket(person), **options) as tab:
            yield tab

    async def publish(self, *payloads: Payload) -> None:
        """As the relay of another service does; returns when everybody has handled it."""
        for payload in payloads:
            await self.house.surroundings.broker.publish(EVENTS, message_of(payload))

    async def publish_twice(self, payload: Payload) -> None:
        message = message_of(payload)
        for _ in range(2):
            await self.house.surroundings.broker.publish(EVENTS, message)

    async def tell(self, exchange: str, key: str, content: object) -> None:
        message = Message(id="test", body=msgspec.json.encode(content), routing_key=key)
        await self.house.surroundings.broker.tell(exchange, message)

    async def meter(self, device_id: int) -> httpx2.AsyncClient:
        """What the device speaks through, with a credential of its own."""
        administrator = await self.house.administrator()
        made = await administrator.ask("POST", f"/api/devices/{device_id}/credentials", json={})
        await self.house.settle()
        return await self.house.browser(Authorization=f"Bearer {made.json()['credential']}")

    async def send(self, device_id: int, *readings: tuple[datetime, float], correlation_id: str = "") -> None:
        """As the meter does; returns when they are stored."""
        meter = await self.meter(device_id)
        headers = {"X-Correlation-Id": correlation_id}
        body = [{"device_id": device_id, "timestamp": at.isoformat(), "value": value} for at, value in readings]

        async def is_taken() -> bool:
            answer = await meter.post("/api/ingest", json=body, headers=headers)
            assert answer.status_code in {200, 202, 401, 503}, answer.text
            return answer.status_code < 300

        await eventually(is_taken)

    async def device(self, owner: Person | None = None, name: str = "Meter", **fields: object) -> int:
        administrator = await self.house.administrator()
        body = {"name": name, "kind": "power", "time_zone": "Europe/Bucharest"} | fields
        made = await administrator.ask("POST", "/api/devices", json=body)
        assert made.status_code == 201, made.text
        device_id = int(made.json()["id"])
        if owner:
            given = await administrator.ask("POST", f"/api/devices/{device_id}/assignments", json={"user_id": owner.id})
            assert given.status_code == 201, given.text
        await self.house.settle()
        return device_id


def message_of(payload: Payload) -> Message:
    event = Event(id=uuid4(), source="test", time=datetime.now(UTC), payload=payload)
    return event_message(event.id, payload.type, encode_event(event))


def alert(*people: Person, device_id: int = 7, **fields: Any) -> Alert:
    now = datetime.now(UTC)
    values = {
        "id": uuid4(),
        "version": 1,
        "kind": AlertKind.HOURLY_LIMIT,
        "state": AlertState.RAISED,
        "device_id": device_id,
        "device_name": "Meter",
        "since": now,
        "raised_at": now,
        "energy_kwh": 2.0,
        "limit_kwh": 1.0,
        "historical": False,
        "user_ids": tuple(UUID(person.id) for person in people),
    }
    return Alert(**values | fields)


def raised(*people: Person, **fields: Any) -> AlertRaised:
    return AlertRaised(alert(*people, **fields))


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Answers on a port of its own; gives the URL."""
    stopping, listening = asyncio.Event(), asyncio.Event()
    bound = bind("127.0.0.1", 0)
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_http(app, bound, listening.set)(stopping))
        await listening.wait()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            stopping.set()


@asynccontextmanager
async def _replica(house: House) -> AsyncIterator[Replica]:
    async with open_realtime(house.surroundings.host_for("realtime")) as service:
        app = build_app([service], house.verifier)
        async with serving(app) as url:
            assert isinstance(service.context, RealtimeContext)
            replica = Replica(url, service.context)
            async with asyncio.TaskGroup() as group:
                for job in service.jobs:
                    group.create_task(job(replica.stopping))
                try:
                    yield replica
                finally:
                    replica.stopping.set()


@pytest.fixture(scope="session")
async def town(postgres: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all tests here: each brings people of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
        data_dir: Path = tmp_path_factory.mktemp("realtime")
        async with (
            fresh_databases(postgres) as fresh_url,
            open_house(fresh_url, data_dir, NAMES) as house,
            AsyncExitStack() as stack,
        ):
            url = await stack.enter_async_context(serving(house.app))
            context: RealtimeContext = house.context("realtime")
            town = Town(house, stack, [Replica(url, context)])
            town.replicas.append(await town.start_replica())
            yield town


@pytest.fixture
async def ana(town: Town) -> Person:
    return await town.person()


@pytest.fixture
async def bob(town: Town) -> Person:
    return await town.person()
