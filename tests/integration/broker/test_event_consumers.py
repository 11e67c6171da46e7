"""Events on their way, while brokers and databases come and go."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import Event, UserCreated
from kilowatch.contracts.routing import event_queue
from kilowatch.kit.broker.port import Broker, Topology
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.clock import system_clock
from kilowatch.kit.consumer import EventHandler, consume_events, event_topology
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.outbox import Outbox, relay
from tests.rabbitmq_node import RabbitNode

DatabaseOf = Callable[[str], Awaitable[Database]]


@dataclass
class Listener:
    """A service that hears of users; `away` says how often its database will not be there."""

    broker: Broker
    database: Database
    service: str = field(default_factory=lambda: f"auth-{uuid4().hex[:8]}")
    heard: Counter[str] = field(default_factory=Counter)
    away: int = 0

    async def handle(self, _connection: AsyncConnection, event: Event) -> None:
        if self.away > 0:
            self.away -= 1
            raise Unavailable("not now")
        assert isinstance(event.payload, UserCreated)
        self.heard[event.payload.user.name] += 1

    async def say(self, *names: str) -> None:
        async with self.database.transaction() as connection:
            outbox = Outbox(connection, source="users", clock=system_clock)
            users = [User(id=uuid4(), version=1, email="", name=name, role=Role.CLIENT) for name in names]
            await outbox.add(*(UserCreated(user) for user in users))

    async def has_heard(self, names: set[str]) -> None:
        async with asyncio.timeout(60):
            while set(self.heard) != names:
                await asyncio.sleep(0.05)
        assert set(self.heard.values()) <= {1}


@asynccontextmanager
async def listening(broker: Broker, database: Database, topology: Callable[[str], Topology]) -> AsyncIterator[Listener]:
    listener = Listener(broker, database)
    await broker.declare(topology(listener.service))
    handle: EventHandler = listener.handle
    jobs = [relay(database, broker), consume_events(listener.service, database, broker, handle)]
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(job(stopping))
        try:
            yield listener
        finally:
            stopping.set()


def patient(service: str) -> Topology:
    return event_topology(service, ["user.*"])


def impatient(service: str) -> Topology:
    """The second redelivery already goes to the dead letters."""
    (queue,) = patient(service).queues
    return replace(patient(service), queues=[replace(queue, delivery_limit=1)])


async def test_events_arrive_once_around_a_killed_broker(rabbitmq: RabbitNode, database: DatabaseOf) -> None:
    before, during, after = ({f"{when}-{n}" for n in range(10)} for when in ("before", "during", "after"))
    async with (
        open_rabbitmq(rabbitmq.url, heartbeat_s=1) as broker,
        listening(broker, await database("auth"), patient) as listener,
    ):
        await listener.say(*before)
        await listener.has_heard(before)
        await asyncio.to_thread(rabbitmq.kill)
        await listener.say(*during)
        await asyncio.to_thread(rabbitmq.start)
        await listener.say(*after)
        await listener.has_heard(before | during | after)


async def test_an_event_waits_for_its_database_and_is_no_dead_letter(broker: Broker, database: DatabaseOf) -> None:
    async with listening(broker, await database("auth"), impatient) as listener:
        listener.away = 4
        await listener.say("ann", "bob")
        await listener.has_heard({"ann", "bob"})
        assert await broker.dead_letters(event_queue(listener.service)) == []
