"""Every projection there is: how it hears, how it is built again, and what it then says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth import consumers as auth
from kilowatch.auth.app import open_auth
from kilowatch.auth.store.accounts import accounts
from kilowatch.balancer import handlers as balancer
from kilowatch.balancer.projection import build_projection
from kilowatch.balancer.store import credential as balancer_credential
from kilowatch.balancer.store import device as balancer_device
from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import Credential, Event
from kilowatch.contracts.metering import Device
from kilowatch.devices import consumers as devices
from kilowatch.devices.store.people import PeopleStore
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import system_clock
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.database import Database, open_database
from kilowatch.kit.inbox import is_new
from kilowatch.kit.service import Host, Peers
from kilowatch.monitoring import consumers as monitoring
from kilowatch.monitoring.store.tables import access, departed_user
from kilowatch.monitoring.store.tables import device as monitoring_device
from kilowatch.realtime import consumers as realtime
from kilowatch.realtime.notifications.store import NotificationStore
from kilowatch.realtime.store import projection as realtime_store
from kilowatch.support import consumers as support
from kilowatch.support import unit as support_unit
from tests.integration.projections.world import World

LATER: Final = datetime(2100, 1, 1, tzinfo=UTC)
#: What a projection says, in a form that can be compared.
Content = Mapping[str, object]


@dataclass(frozen=True)
class Projection:
    patterns: Sequence[str]
    database: Database
    apply: EventHandler
    rebuild: Callable[[Peers], Awaitable[object]]
    read: Callable[[AsyncConnection, World], Awaitable[Content]]
    expected: Callable[[World], Content]

    async def hear(self, event: Event) -> None:
        """As `kit.consumer` applies it."""
        async with self.database.transaction() as connection:
            if await is_new(connection, event):
                await self.apply(connection, event)

    async def content(self, world: World) -> Content:
        async with self.database.transaction() as connection:
            return await self.read(connection, world)


@asynccontextmanager
async def open_projections(host: Host) -> AsyncIterator[dict[str, Projection]]:
    """Of services none of whose jobs run."""
    async with AsyncExitStack() as stack:
        databases = {
            name: await stack.enter_async_context(open_database(host.database_url(name), name))
            for name in ("balancer", "devices", "monitoring", "realtime", "support")
        }
        yield {
            "auth": await _of_auth(await stack.enter_async_context(_auth_context(host))),
            "balancer": _of_balancer(databases["balancer"]),
            "devices": _of_devices(databases["devices"]),
            "monitoring": _of_monitoring(databases["monitoring"]),
            "realtime": _of_realtime(databases["realtime"], host.broker),
            "support": _of_support(databases["support"]),
        }


@asynccontextmanager
async def _auth_context(host: Host) -> AsyncIterator[Any]:
    async with open_auth(host) as service:
        yield service.context


async def _of_auth(context: Any) -> Projection:
    async def read(connection: AsyncConnection, world: World) -> Content:
        rows = await connection.execute(select(accounts).where(accounts.c.id.in_(world.users)))
        return {"users": {row.id: dict(row._mapping) for row in rows}}

    return Projection(
        patterns=auth.PATTERNS,
        database=context.database,
        apply=auth.project_events(context),
        rebuild=lambda peers: auth.rebuild(replace(context, peers=peers)),
        read=read,
        expected=lambda world: {"users": {user.id: _plain(user) for user in world.users.values()}},
    )


def _of_balancer(database: Database) -> Projection:
    async def read(connection: AsyncConnection, world: World) -> Content:
        kept = {
            "devices": (balancer_device, world.devices, Device),
            "credentials": (balancer_credential, world.credentials, Credential),
        }
        content = {}
        for name, (table, known, type_) in kept.items():
            states = await connection.scalars(select(table.c.state).where(table.c.id.in_(known)))
            items = [msgspec.json.decode(state, type=type_) for state in states]
            content[name] = {item.id: item for item in items}
        return content

    return Projection(
        patterns=balancer.PATTERNS,
        database=database,
        apply=balancer.apply_event,
        rebuild=lambda peers: build_projection(database, peers, system_clock),
        read=read,
        expected=lambda world: {"devices": world.devices, "credentials": world.credentials},
    )


def _of_devices(database: Database) -> Projection:
    async def read(connection: AsyncConnection, world: World) -> Content:
        return {"users": await PeopleStore(connection).find_all(world.users)}

    return Projection(
        patterns=devices.PATTERNS,
        database=database,
        apply=devices.on_event(system_clock),
        rebuild=lambda peers: devices.rebuild_people(database, system_clock, peers),
        read=read,
        expected=lambda world: {"users": world.users},
    )


def _of_monitoring(database: Database) -> Projection:
    async def read(connection: AsyncConnection, world: World) -> Content:
        states = await connection.execute(
            select(monitoring_device.c.id, monitoring_device.c.state).where(monitoring_device.c.id.in_(world.devices))
        )
        granted = await connection.execute(
            select(access.c.device_id, access.c.user_id, access.c.level).where(access.c.device_id.in_(world.devices))
        )
        gone = await connection.scalars(select(departed_user.c.user_id).where(departed_user.c.user_id.in_(world.users)))
        return {
            "devices": {row.id: row.state for row in states},
            "access": {tuple(row) for row in granted},
            "departed": set(gone),
        }

    def expected(world: World) -> Content:
        granted = {
            (device.id, given.user_id, given.level.value)
            for device in world.devices.values()
            for given in device.assignments
        }
        gone = {user.id for user in world.users.values() if user.deleted}
        return {"devices": world.devices, "access": granted, "departed": gone}

    return Projection(
        patterns=monitoring.PATTERNS,
        database=database,
        apply=monitoring.apply_events(system_clock),
        rebuild=lambda peers: monitoring.DeviceSnapshot(database, peers, system_clock).rebuild(),
        read=read,
        expected=expected,
    )


def _of_realtime(database: Database, broker: Broker) -> Projection:
    async def read(connection: AsyncConnection, world: World) -> Content:
        roles = {user_id: await realtime_store.role_of(connection, user_id) for user_id in world.users}
        gone = set(world.users) - set(await realtime_store.active_among(connection, list(world.users)))
        seen = await realtime_store.devices_of_all(connection, list(world.users), LATER)
        mailed = {
            each.user_id: each.email for each in await NotificationStore(connection).recipients(list(world.users))
        }
        return {
            "roles": roles,
            "gone": gone,
            "seen": {user_id: set(seen.get(user_id, ())) for user_id in world.users},
            "mailed": {user_id: mailed[user_id] for user_id in mailed if user_id not in gone},
            "kept of the deleted": [
                mailed[user.id] for user in world.users.values() if user.deleted and mailed.get(user.id)
            ],
        }

    def expected(world: World) -> Content:
        return {
            "roles": {user.id: user.role for user in world.users.values()},
            "gone": {user.id for user in world.users.values() if user.deleted or not user.active},
            "seen": {
                user_id: {
                    device.id
                    for device in world.devices.values()
                    if any(given.user_id == user_id for given in device.assignments)
                }
                for user_id in world.users
            },
            "mailed": {user.id: user.email for user in world.users.values() if user.active and not user.deleted},
            "kept of the deleted": [],
        }

    return Projection(
        patterns=realtime.PATTERNS,
        database=database,
        apply=realtime.apply_events(broker, system_clock, mails=False),
        rebuild=lambda peers: realtime.rebuild(database, peers),
        read=read,
        expected=expected,
    )


def _of_support(database: Database) -> Projection:
    async def read(connection: AsyncConnection, world: World) -> Content:
        people = support_unit.work_on(connection, system_clock).people
        return {"users": {user_id: await people.find(user_id) for user_id in world.users}}

    return Projection(
        patterns=support.PATTERNS,
        database=database,
        apply=support.on_event(system_clock),
        rebuild=lambda peers: support.rebuild_people(database, system_clock, peers),
        read=read,
        expected=lambda world: {"users": world.users},
    )


def _plain(user: User) -> dict[str, object]:
    return {column.name: getattr(user, column.name) for column in accounts.c} | {"role": user.role.value}
