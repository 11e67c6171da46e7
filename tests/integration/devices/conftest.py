"""The service as it runs, over a database of its own, with the clock in the test's hands."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
import pytest
from sqlalchemy import select

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import Event, Payload, UserUpdated
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.devices.api.context import DevicesContext
from kilowatch.devices.app import open_devices
from kilowatch.devices.consumers import on_event
from kilowatch.kit.errors import NotFound, Unavailable
from kilowatch.kit.events import decode_event
from kilowatch.kit.http import build_app
from kilowatch.kit.outbox import new_event, outbox
from kilowatch.kit.service import Host, Service
from tests.databases import FreshUrl

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass
class HandClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **passed: float) -> datetime:
        self.now += timedelta(**passed)
        return self.now


class SilentBroker:
    """Takes declarations; nothing is published or consumed, since no job of the service is run."""

    async def declare(self, topology: object) -> None:
        return


@dataclass
class FakeUsers:
    """Stands for `users` behind `peers`: answers its snapshot, or not at all."""

    accounts: dict[UUID, User] = field(default_factory=dict)
    away: bool = False

    async def get_json(self, service: str, path: str, *, timeout_s: float = 5.0) -> object:
        if self.away:
            raise Unavailable("users does not answer.")
        if not path.startswith("/internal/users?"):
            user = self.accounts.get(UUID(path.rpartition("/")[2]))
            if user is None:
                raise NotFound("There is no such account.")
            return msgspec.json.decode(msgspec.json.encode(user))
        query = httpx2.URL(path).params
        after, limit = query.get("after", ""), int(query["limit"])
        found = sorted((user for id_, user in self.accounts.items() if str(id_) > after), key=lambda user: str(user.id))
        page = found[:limit]
        last = str(page[-1].id) if len(page) == limit else None
        return msgspec.json.decode(msgspec.json.encode(Snapshot(tuple(page), last)))


@dataclass(frozen=True)
class Running:
    """The service under test and everybody who talks to it."""

    service: Service
    context: DevicesContext
    clock: HandClock
    users: FakeUsers
    nobody: httpx2.AsyncClient
    admin: httpx2.AsyncClient
    operator: httpx2.AsyncClient
    peer: httpx2.AsyncClient
    as_client: Callable[[UUID], httpx2.AsyncClient]

    async def register(self, **fields: Any) -> dict[str, Any]:
        body = {"name": "Main meter", "time_zone": "Europe/Bucharest", "kind": "counter"} | fields
        answer = await self.admin.post("/api/devices", json=body)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    async def create(self, path: str, **fields: Any) -> dict[str, Any]:
        answer = await self.admin.post(path, json=fields)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    async def site(self, **fields: Any) -> dict[str, Any]:
        return await self.create("/api/sites", **({"name": "Home", "time_zone": "UTC"} | fields))

    async def person(self, name: str = "Ana", **fields: Any) -> UUID:
        """Somebody of whom `users` has told."""
        values = {"id": uuid4(), "version": 1, "email": f"{name}@example.org", "name": name, "role": Role.CLIENT}
        user = User(**(values | fields))
        await self.hear(user)
        return user.id

    async def hear(self, user: User) -> None:
        await self.handle(new_event(UserUpdated(user), source="users", clock=self.clock))

    async def handle(self, event: Event) -> None:
        async with self.context.database.transaction() as connection:
            await on_event(self.clock)(connection, event)

    async def said(self) -> list[Payload]:
        """What the service has put into its outbox since it was asked last."""
        async with self.context.database.transaction() as connection:
            rows = (await connection.execute(select(outbox).order_by(outbox.c.sequence))).all()
            await connection.execute(outbox.delete())
        events = [decode_event(row.body) for row in rows]
        return [event.payload for event in events if event is not None]


@pytest.fixture
async def running(
    fresh_url: FreshUrl, clients_of: Callable[[Any], Any], tokens: Any, tmp_path: Path
) -> AsyncIterator[Running]:
    clock, users, url = HandClock(), FakeUsers(), await fresh_url("devices")
    host = Host(
        data_dir=tmp_path,
        instance="test",
        public_url="http://test",
        broker=SilentBroker(),  # type: ignore[arg-type]
        clock=clock,
        verifier=tokens.verifier(),
        peers=users,
        database_url=lambda _service: url,
    )
    async with open_devices(host) as service:
        clients = clients_of(build_app([service], host.verifier))
        assert isinstance(service.context, DevicesContext)
        yield Running(
            service=service,
            context=service.context,
            clock=clock,
            users=users,
            nobody=clients.nobody(),
            admin=clients.user(Role.ADMINISTRATOR),
            operator=clients.user(Role.OPERATOR),
            peer=clients.service("balancer"),
            as_client=lambda user_id: clients.user(Role.CLIENT, user_id),
        )
