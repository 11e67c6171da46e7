"""The broker port on RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from kilowatch.kit.broker.port import DeadLetter, Message, Queue, Subscription, Topology
from kilowatch.kit.broker.rabbitmq.link import Address, Channel, Connection, Link
from kilowatch.kit.broker.rabbitmq.publisher import Publisher
from kilowatch.kit.broker.rabbitmq.subscription import RabbitDelivery, RabbitSubscription
from kilowatch.kit.broker.rabbitmq.wire import (
    buried,
    dead_letter_of,
    dead_queue,
    dead_queue_arguments,
    queue_arguments,
    sent_again,
)
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.kit.errors import Conflict, NotFound, Unavailable
from kilowatch.kit.telemetry import logger

log = logger(__name__)

HEARTBEAT_S: Final = 5
#: The dead letters that another reader is looking at do not arrive; wait no longer than this for them.
LETTER_TIMEOUT_S: Final = 1.0
SEND_TIMEOUT_S: Final = 10.0
MAX_PREFETCH: Final = 65_535


class RabbitBroker:
    """Keeps the promises of `Broker`.

    Two connections: with a memory or disk alarm the broker stops reading from those that publish, and acks must go on.
    """

    def __init__(self, address: Address, clock: Clock) -> None:
        self._login = address.login
        self._clock = clock
        self._topologies: list[Topology] = []
        self._publishing = Link(address, self._declare_again)
        self._consuming = Link(address, self._declare_again)
        self._publisher = Publisher(self._publishing, self._login)
        self._reading_letters = asyncio.Lock()

    async def declare(self, topology: Topology) -> None:
        """Declare now, and again on every new connection: the broker may come back without its disk."""
        if topology not in self._topologies:
            self._topologies.append(topology)
        try:
            await _declare(await self._consuming.connection(), topology)
        except Unavailable as error:
            log.warning("declared_later", reason=str(error))

    async def publish(self, exchange: str, message: Message, *, timeout_s: float = SEND_TIMEOUT_S) -> None:
        await self._publisher.publish(exchange, message, timeout_s=timeout_s)

    @asynccontextmanager
    async def subscribe(self, queue: str, *, prefetch: int) -> AsyncIterator[Subscription]:
        async def bury(message: Message, reason: str) -> None:
            letter = buried(message, queue, reason=reason, at=self._clock(), login=self._login)
            await self.publish("", letter)

        async with (await self._consuming.connection()).channel() as channel:
            subscription = RabbitSubscription(channel, self._login, bury)
            await subscription.start(queue, prefetch)
            yield subscription

    async def depth(self, queue: str) -> int:
        async with (await self._consuming.connection()).channel() as channel:
            declared = await channel.call(channel.raw.queue_declare, queue=queue, passive=True)
            return int(declared.method.message_count)

    async def dead_letters(self, queue: str, *, limit: int = 100) -> list[DeadLetter]:
        async with self._reading_letters, self._letters(queue, limit) as letters:
            return [letter async for _, letter in letters]

    async def replay(self, queue: str, dead_letter_id: str) -> None:
        async with self._reading_letters, self._letters(queue, MAX_PREFETCH) as letters:
            async for delivery, letter in letters:
                if letter.id == dead_letter_id:
                    await self.publish("", sent_again(letter.message, queue, login=self._login))
                    await delivery.ack()
                    return
        raise NotFound("There is no such dead letter.")

    async def check(self) -> None:
        for link in (self._publishing, self._consuming):
            connection = await link.connection()
            if connection.blocked:
                raise Unavailable("The broker is short of memory or disk space.")
            async with connection.channel():
                pass  # it answers

    async def close(self) -> None:
        await self._publishing.close()
        await self._consuming.close()

    @asynccontextmanager
    async def _letters(self, queue: str, limit: int) -> AsyncIterator[AsyncIterator[tuple[RabbitDelivery, DeadLetter]]]:
        """Up to `limit` dead letters, oldest first; on leaving, those that were not acked lie there as before."""
        count = min(limit, await self.depth(dead_queue(queue)))

        async def read(subscription: Subscription) -> AsyncIterator[tuple[RabbitDelivery, DeadLetter]]:
            for _ in range(count):
                try:
                    async with asyncio.timeout(LETTER_TIMEOUT_S):
                        delivery = await subscription.receive()
                except TimeoutError:
                    return
                assert isinstance(delivery, RabbitDelivery)
                yield delivery, dead_letter_of(queue, delivery.message, delivery.headers)

        async with self.subscribe(dead_queue(queue), prefetch=max(count, 1)) as subscription:
            yield read(subscription)

    async def _declare_again(self, connection: Connection) -> None:
        for topology in self._topologies:
            try:
                await _declare(connection, topology)
            except Conflict as error:
                # It was right when the service started; whoever changed it since must decide. The rest goes on.
                log.error("topology_changed", reason=str(error))  # noqa: TRY400


async def _declare(connection: Connection, topology: Topology) -> None:
    async with connection.channel() as channel:
        for exchange in topology.exchanges:
            await channel.call(
                channel.raw.exchange_declare, exchange=exchange.name, exchange_type=exchange.kind.value, durable=True
            )
        for queue in topology.queues:
            await _declare_queue(channel, queue, connection.server_version)
        for binding in topology.bindings:
            await channel.call(
                channel.raw.queue_bind, queue=binding.queue, exchange=binding.exchange, routing_key=binding.pattern
            )


async def _declare_queue(channel: Channel, queue: Queue, server_version: str) -> None:
    declared: list[tuple[str, dict[str, Any]]] = [
        (dead_queue(queue.name), dead_queue_arguments(server_version)),
        (queue.name, queue_arguments(queue, server_version)),
    ]
    for name, arguments in declared:
        await channel.call(channel.raw.queue_declare, queue=name, durable=True, arguments=arguments)


@asynccontextmanager
async def open_rabbitmq(
    url: str, *, name: str = "kilowatch", heartbeat_s: int = HEARTBEAT_S, clock: Clock = system_clock
) -> AsyncIterator[RabbitBroker]:
    """A broker at `amqp://login:password@host:port/vhost`; `name` is what its administrator sees.

    It need not be there yet: a link is opened when one is needed, and again whenever it was lost.
    """
    broker = RabbitBroker(Address(url=url, name=name, heartbeat_s=heartbeat_s), clock)
    try:
        yield broker
    finally:
        await broker.close()
