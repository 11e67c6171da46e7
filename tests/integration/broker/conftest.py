"""Every adapter of the broker port, one after the other, for the suite of its promises."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from kilowatch.kit.broker.dead_letters import open_dead_letters
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import Binding, Broker, Exchange, ExchangeKind, Message, Queue, Topology
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.postgres import create_databases


@pytest.fixture(scope="session")
async def letters_url(postgres: Callable[[str], str]) -> str:
    """One database for all the dead letters: queues have names of their own."""
    await create_databases(postgres, ["letters"])
    return postgres("letters")


@pytest.fixture(params=["memory", "embedded", "rabbitmq"])
async def broker(request: pytest.FixtureRequest, letters_url: str) -> AsyncIterator[Broker]:
    match request.param:
        case "memory":
            yield MemoryBroker()
        case "embedded":
            async with open_dead_letters(letters_url) as dead_letters:
                yield MemoryBroker(dead_letters=dead_letters)
        case "rabbitmq":
            async with open_rabbitmq(request.getfixturevalue("amqp_url")) as opened:
                yield opened


@dataclass
class Post:
    """A topic exchange with a queue, and senders that need not have heard that their messages are safe.

    In process a message is safe when it was acked: a test that waited for the sender would never receive.
    """

    broker: Broker
    exchange: str = field(default_factory=lambda: f"exchange-{uuid4().hex[:8]}")
    sending: list[asyncio.Task[None]] = field(default_factory=list)

    async def queue(self, *patterns: str, max_messages: int = 10_000, delivery_limit: int | None = None) -> str:
        name = f"queue-{uuid4().hex[:8]}"
        await self.broker.declare(
            Topology(
                exchanges=[Exchange(self.exchange, ExchangeKind.TOPIC)],
                queues=[Queue(name=name, max_messages=max_messages, delivery_limit=delivery_limit)],
                bindings=[Binding(self.exchange, name, pattern) for pattern in patterns or ("#",)],
            )
        )
        return name

    async def send(self, *ids: str, routing_key: str = "meter.1") -> None:
        """Publish, and return once the broker has them all, which is not yet once they are safe."""
        for each in ids:
            message = Message(id=each, body=f"body of {each}".encode(), routing_key=routing_key)
            self.sending.append(asyncio.create_task(self.broker.publish(self.exchange, message)))
        await self._until_there()

    async def publish(self, message: Message) -> None:
        self.sending.append(asyncio.create_task(self.broker.publish(self.exchange, message)))
        await self._until_there()

    async def _until_there(self) -> None:
        """In process a message is in its queue as soon as its sender has begun, elsewhere when it is safe."""
        await asyncio.wait(self.sending, timeout=0.01 if isinstance(self.broker, MemoryBroker) else 0.3)

    async def all_safe(self) -> None:
        async with asyncio.timeout(10):
            await asyncio.gather(*self.sending)

    async def stop(self) -> None:
        for task in self.sending:
            task.cancel()
        await asyncio.gather(*self.sending, return_exceptions=True)
        self.sending.clear()


@pytest.fixture
async def post(broker: Broker) -> AsyncIterator[Post]:
    opened = Post(broker)
    yield opened
    await opened.stop()
