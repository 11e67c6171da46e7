"""A whole house for tests: services in one process, each with its own database, one clock that obeys, the HTTP edge."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
from fastapi import FastAPI

from kilowatch.auth.domain.totp import code_at, step_at
from kilowatch.contracts.events import Event
from kilowatch.contracts.routing import event_queue
from kilowatch.kit.address import networks
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import Broker, Delivery
from kilowatch.kit.clock import system_clock
from kilowatch.kit.consumer import event_topology
from kilowatch.kit.errors import Poison
from kilowatch.kit.events import decode_event
from kilowatch.kit.host import Surroundings, clients_within
from kilowatch.kit.http import build_app
from kilowatch.kit.peers import HttpPeers, LateApp, key_set_from
from kilowatch.kit.security import Verifier
from kilowatch.kit.service import Service
from tests.eventually import eventually

ADMIN_EMAIL = "admin@kilowatch.local"
PASSWORD = "four quiet turnips march"  # of every account that a test makes
PUBLIC_URL = "http://localhost:8080"


@dataclass
class MovableClock:
    ahead: timedelta = timedelta()
    stopped_at: datetime | None = None

    def __call__(self) -> datetime:
        return (self.stopped_at or system_clock()) + self.ahead

    def stop(self) -> None:
        """No token expires any more, however long the tests take."""
        self.stopped_at = system_clock()

    def advance(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@dataclass(frozen=True)
class Person:
    """A browser in which somebody may be signed in."""

    http: httpx2.AsyncClient
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.answer["user_id"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.answer['access_token']}"} if self.answer else {}

    async def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = self.headers | options.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **options)

    async def refresh(self, cookie: str | None = None) -> httpx2.Response:
        """As a page does that was reloaded; with `cookie` instead of the browser's own."""
        if cookie is not None:
            self.http.cookies.clear()
            return await self.http.post("/api/auth/refresh", headers={"Cookie": f"kilowatch_refresh={cookie}"})
        return await self.http.post("/api/auth/refresh")

    @property
    def cookie(self) -> str:
        return str(self.http.cookies["kilowatch_refresh"])


class Listener:
    """Hears every event, as the services do that are not in this house."""

    def __init__(self, broker: Broker) -> None:
        self.heard: list[Event] = []
        self._broker = broker

    async def declare(self) -> None:
        await self._broker.declare(event_topology("listener", ["#"]))

    async def run(self, stopping: asyncio.Event) -> None:
        async with self._broker.subscribe(event_queue("listener"), prefetch=50) as subscription:
            while not stopping.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await self._hear(await subscription.receive())

    async def _hear(self, delivery: Delivery) -> None:
        with suppress(Poison):  # what a test has put there to be rejected by the services
            event = decode_event(delivery.message.body)
            assert event is not None
            self.heard.append(event)
        await delivery.ack()


@dataclass(frozen=True)
class House:
    app: FastAPI
    services: dict[str, Service]
    clock: MovableClock
    verifier: Verifier
    surroundings: Surroundings
    stack: AsyncExitStack
    listener: Listener
    databases: dict[str, asyncpg.Pool]  #: past the services

    @property
    def data_dir(self) -> Path:
        return self.surroundings.data_dir

    def context(self, service: str) -> Any:
        return self.services[service].context

    def peers(self, service: str) -> HttpPeers:
        peers = self.surroundings.host_for(service).peers
        assert isinstance(peers, HttpPeers)
        return peers

    async def browser(self, address: str = "192.0.2.1", **headers: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(self.app, client=(address, 50_000))
        client = httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers)
        return await self.stack.enter_async_context(client)

    async def nobody(self) -> Person:
        return Person(await self.browser())

    async def sign_in(self, email: str, password: str = PASSWORD, address: str = "192.0.2.1", **extra: Any) -> Person:
        http = await self.browser(address)
        answer = await http.post("/api/auth/sign-in", json={"email": email, "password": password, **extra})
        assert answer.status_code == 200, answer.text
        return Person(http, answer.json())

    async def administrator(self) -> Person:
        return await self.sign_in(ADMIN_EMAIL)

    async def add_user(self, email: str, role: str = "client", **fields: Any) -> str:
        """An account with the usual password; gives its id once everybody knows of it."""
        administrator = await self.administrator()
        body = {"email": email, "name": email.partition("@")[0].title(), "role": role, **fields}
        created = await administrator.ask("POST", "/api/users", json=body)
        assert created.status_code == 201, created.text
        user_id = str(created.json()["id"])
        link = await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")
        assert link.status_code == 200, link.text
        token = link.json()["url"].partition("#token=")[2]
        redeemed = await administrator.http.post("/api/auth/links/redeem", json={"token": token, "password": PASSWORD})
        assert redeemed.status_code == 204, redeemed.text
        await self.settle()
        return user_id

    async def person(self, email: str, role: str = "client") -> Person:
        await self.add_user(email, role)
        return await self.sign_in(email)

    async def settle(self) -> None:
        """Until every event has been delivered and handled."""
        await eventually(self._all_outboxes_are_empty)

    async def _all_outboxes_are_empty(self) -> bool:
        return not any([await self._has_events(service) for service in self.services])

    async def _has_events(self, service: str) -> bool:
        if await self.query(service, "SELECT to_regclass('outbox')") == [None]:
            return False
        return await self.query(service, "SELECT count(*) FROM outbox") != [0]

    async def query(self, service: str, sql: str) -> list[Any]:
        """The first column of what is in the service's database, asked for past the service."""
        return [row[0] for row in await self.databases[service].fetch(sql)]

    async def dump(self, but: Collection[str] = ()) -> dict[str, str]:
        """Everything in every table of every service, by `service.table`."""
        found = {}
        for service, database in self.databases.items():
            async with database.acquire() as connection:
                tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                for table in sorted({row[0] for row in tables} - set(but)):
                    rows = await connection.fetch(f'SELECT CAST(t AS text) FROM "{table}" AS t')
                    found[f"{service}.{table}"] = "\n".join(sorted(row[0] for row in rows))
        return found


async def enrolled(house: House) -> tuple[Person, bytes, list[str]]:
    """Ana, with a second factor: also its secret and the recovery codes."""
    person = await house.person("ana@example.org")
    return person, *await enrol(house, person)


async def enrol(house: House, person: Person) -> tuple[bytes, list[str]]:
    enrolment = (await person.ask("POST", "/api/auth/second-factor", json={"password": PASSWORD})).json()
    secret = base64.b32decode(enrolment["secret"])
    code = code_at(secret, step_at(house.clock()))
    confirmed = await person.ask("POST", "/api/auth/second-factor/confirm", json={"code": code})
    assert confirmed.status_code == 200, confirmed.text
    return secret, confirmed.json()["recovery_codes"]


@asynccontextmanager
async def open_house(
    fresh_url: Callable[[str], Awaitable[str]],
    data_dir: Path,
    names: Sequence[str] = ("auth", "users"),
    trusted_proxies: str = "",
) -> AsyncIterator[House]:
    """`KILOWATCH_ADMIN_PASSWORD` must be set to `PASSWORD`."""
    clock = MovableClock()
    late = LateApp()
    broker = MemoryBroker()
    listener = Listener(broker)
    await listener.declare()
    urls = {name: await fresh_url(name) for name in names}
    async with AsyncExitStack() as stack:
        clients = await stack.enter_async_context(clients_within(late))
        verifier = Verifier(key_set_from(clients), clock)
        surroundings = Surroundings(
            data_dir=data_dir,
            instance="test",
            public_url=PUBLIC_URL,
            broker=broker,
            clients=clients,
            verifier=verifier,
            database_url=urls.__getitem__,
            clock=clock,
        )
        services = {}
        for name in names:
            opening = getattr(import_module(f"kilowatch.{name}.app"), f"open_{name}")
            services[name] = await stack.enter_async_context(opening(surroundings.host_for(name)))
        databases = {name: await stack.enter_async_context(_pool(url)) for name, url in urls.items()}
        app = build_app(list(services.values()), verifier, networks(trusted_proxies))
        late.app = app
        async with _running([listener.run, *(job for service in services.values() for job in service.jobs)]):
            house = House(app, services, clock, verifier, surroundings, stack, listener, databases)
            await house.settle()
            yield house


def _pool(url: str) -> asyncpg.Pool:
    """Keeps its connections: to open one takes longer than whatever is asked through it."""
    return asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=0, max_size=4, timeout=10)


@asynccontextmanager
async def _running(jobs: Sequence[Callable[[asyncio.Event], Awaitable[None]]]) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job(stopping))
        try:
            yield
        finally:
            stopping.set()
