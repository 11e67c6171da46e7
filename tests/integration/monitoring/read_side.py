"""The read side as it runs, over a database of its own, with the clock in the test's hands and no jobs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import msgspec
import numpy as np
from sqlalchemy import insert, select

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import DeviceDeleted, DeviceUpdated, Event, Payload, UserDeleted
from kilowatch.contracts.metering import AccessLevel, Assignment, Device, Direction, MeterConfiguration, MeterKind
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.events import decode_event
from kilowatch.kit.http import build_app
from kilowatch.kit.outbox import new_event, outbox
from kilowatch.kit.service import Service
from kilowatch.monitoring.api.context import MonitoringContext
from kilowatch.monitoring.consumers import apply_events
from kilowatch.monitoring.ledger.months import make_months, months_of
from kilowatch.monitoring.store.tables import alert, reading, usage

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EARLIER = datetime(2025, 1, 1, tzinfo=UTC)
SLOT = timedelta(minutes=15)


@dataclass
class HandClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class FakePeers:
    """Stands for `devices` and `balancer`: answers the snapshot, page by page, and what is posted; or not at all."""

    known: dict[int, Device] = field(default_factory=dict)
    away: bool = False
    asked: list[str] = field(default_factory=list)
    posted: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)  #: to what is posted

    async def get_json(self, service: str, path: str, *, timeout_s: float = 5.0) -> object:
        self.asked.append(path)
        if self.away:
            raise Unavailable(f"{service} does not answer within {timeout_s} s.")
        if service == "users":
            return {"items": [], "next": None}
        query = httpx2.URL(f"http://{service}{path}").params
        after, limit = int(query["after"]), min(int(query["limit"]), 3)
        page = sorted(device_id for device_id in self.known if device_id > after)[:limit]
        following = str(page[-1]) if len(page) == limit else None
        snapshot = Snapshot(tuple(self.known[device_id] for device_id in page), following)
        return msgspec.json.decode(msgspec.json.encode(snapshot))

    async def post_json(self, service: str, path: str, body: dict[str, str], *, timeout_s: float = 5.0) -> object:
        if self.away:
            raise Unavailable(f"{service} does not answer within {timeout_s} s.")
        self.posted.append((service, path, body))
        return self.answer


@dataclass
class ReadSide:
    service: Service
    clock: HandClock
    peers: FakePeers
    clients_of: Callable[..., Any]
    verifier: Any
    url: str

    def __post_init__(self) -> None:
        self.clients = self.clients_of(build_app([self.service], self.verifier))

    @property
    def context(self) -> MonitoringContext:
        assert isinstance(self.service.context, MonitoringContext)
        return self.service.context

    @property
    def database(self) -> Database:
        return self.context.database

    async def hear(self, payload: Payload) -> None:
        """As the consumer does for an event that arrives."""
        event = new_event(payload, source="test", clock=self.clock)
        async with self.database.transaction() as connection:
            await apply_events(self.clock)(connection, event)

    async def add_device(self, device_id: int = 7, **state: Any) -> Device:
        device = a_device(device_id, **state)
        await self.hear(DeviceUpdated(device))
        return device

    async def delete_device(self, device: Device) -> None:
        gone = replace(device, version=device.version + 1, deleted=True, assignments=())
        await self.hear(DeviceDeleted(gone))

    async def delete_user(self, user_id: UUID) -> None:
        tombstone = User(id=user_id, version=9, email="", name="", role=Role.CLIENT, active=False, deleted=True)
        await self.hear(UserDeleted(tombstone))

    async def put_usage(
        self, device: int, start: datetime, count: int = 1, energy: int = 250_000, **columns: Any
    ) -> None:
        """`count` slots from `start` on, each complete and with the same energy."""
        rest = {"peak": 1000.0, "readings": 1, "covered": 900_000_000, "quality": 0, "revision": 0} | columns
        rows = [{"device": device, "slot": start + SLOT * k, "energy": energy} | rest for k in range(count)]
        await self.put(usage, *rows)

    async def put(self, table: Any, *rows: dict[str, Any]) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(insert(table), list(rows))

    async def put_readings(self, device: int, *readings: tuple[datetime, float], flags: int = 0) -> None:
        """Straight into the table, in partitions of their months."""
        times = np.array([time.replace(tzinfo=None) for time, _ in readings], "M8[us]").astype(np.int64)
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            await make_months(connection, months_of(times).tolist())
        finally:
            await connection.close()
        rows = [{"device": device, "time": time, "value": value, "flags": flags} for time, value in readings]
        await self.put(reading, *rows)

    async def put_alert(self, device: int = 7, **columns: Any) -> UUID:
        standard = {
            "id": uuid4(),
            "version": 1,
            "kind": "hourly_limit",
            "state": "raised",
            "device_id": device,
            "since": NOON - timedelta(hours=1),
            "raised_at": NOON - timedelta(minutes=10),
            "energy": 2_500_000,
            "threshold": 2_000_000,
            "historical": False,
            "note": "",
        }
        await self.put(alert, standard | columns)
        return (standard | columns)["id"]

    async def rows(self, table: Any) -> Sequence[Mapping[str, Any]]:
        async with self.database.transaction() as connection:
            return [dict(row._mapping) for row in await connection.execute(select(table))]

    async def events(self) -> list[Event]:
        async with self.database.transaction() as connection:
            bodies = (await connection.scalars(select(outbox.c.body).order_by(outbox.c.sequence))).all()
        return [event for body in bodies if (event := decode_event(body))]

    async def get(
        self, path: str, user_id: UUID | None = None, role: Role = Role.CLIENT, **query: Any
    ) -> httpx2.Response:
        async with self.clients.user(role, user_id) as client:
            return await client.get(path, params=query)

    async def post(
        self, path: str, body: Any = None, user_id: UUID | None = None, role: Role = Role.CLIENT
    ) -> httpx2.Response:
        async with self.clients.user(role, user_id) as client:
            return await client.post(path, json=body)

    async def ask(self, path: str, user_id: UUID | None = None, role: Role = Role.ADMINISTRATOR, **query: Any) -> Any:
        """What a GET answers that goes well."""
        answer = await self.get(path, user_id, role, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()


def a_device(device_id: int = 7, **state: Any) -> Device:
    standard: dict[str, Any] = {
        "version": 1,
        "name": f"Meter {device_id}",
        "time_zone": "Europe/Bucharest",
        "direction": Direction.CONSUMPTION,
        "configurations": (MeterConfiguration(valid_from=EARLIER, kind=MeterKind.INTERVAL),),
    }
    return Device(id=device_id, **standard | state)


def owner(user_id: UUID, since: datetime = EARLIER, until: datetime | None = None) -> Assignment:
    return Assignment(user_id=user_id, level=AccessLevel.OWNER, since=since, until=until)


def viewer(user_id: UUID, since: datetime = EARLIER, until: datetime | None = None) -> Assignment:
    return Assignment(user_id=user_id, level=AccessLevel.VIEWER, since=since, until=until)
