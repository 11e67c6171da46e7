"""The broker port on RabbitMQ."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from kilowatch.kit.broker.port import DeadLetter, Feed, Message, Queue, Subscription, Topology
from kilowatch.kit.broker.rabbitmq.feed import RabbitFeed, Teller
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

#: RabbitMQ ends a link that is silent for two to three of them, and gives others what was not acked on it. Until then a
#: consumer that is heard no more seems to work, and another lease's time passes before others may have its partitions.
HEARTBEAT_S: Final = 3
#: The dead letters that another reader is looking at do not arrive; wait no longer than this for them.
LETTER_TIMEOUT_S: Final = 1.0
SEND_TIMEOUT_S: Final = 10.0
MAX_PREFETCH: Final = 65_535

#: Looks at a dead letter; True: it has taken and acked it.
Take = Callable[[RabbitDelivery, DeadLetter], Awaitable[bool]]


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
        self._teller = Teller(self._publishing)
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

    async def tell(self, exchange: str, message: Message) -> None:
        await self._teller.tell(exchange, message)

    @asynccontextmanager
    async def listen(self, exchange: str, patterns: Sequence[str], *, max_messages: int) -> AsyncIterator[Feed]:
        async with (await self._consuming.connection()).channel() as channel:
            feed = RabbitFeed(channel, self._login, max_messages)
            await feed.start(exchange, patterns)
            yield feed

    async def depth(self, queue: str) -> int:
        async with (await self._consuming.connection()).channel() as channel:
            declared = await channel.call(channel.raw.queue_declare, queue=queue, passive=True)
            return int(declared.method.message_count)

    async def dead_letters(self, queue: str, *, limit: int = 100) -> list[DeadLetter]:
        letters: list[DeadLetter] = []

        async def note(_: RabbitDelivery, letter: DeadLetter) -> bool:
            letters.append(letter)
            return False

        await self._look_through(queue, limit, note)
        return letters

    async def count_dead_letters(self, queue: str) -> int:
        return await self.depth(dead_queue(queue))

    async def replay(self, queue: str, dead_letter_id: str) -> DeadLetter:
        async def send_again(letter: DeadLetter) -> None:
            await self.publish("", sent_again(letter.message, queue, login=self._login))

        return await self._take_out(queue, dead_letter_id, send_again)

    async def discard(self, queue: str, dead_letter_id: str) -> DeadLetter:
        async def forget(_: DeadLetter) -> None:
            pass

        return await self._take_out(queue, dead_letter_id, forget)

    async def _take_out(
        self, queue: str, dead_letter_id: str, before: Callable[[DeadLetter], Awaitable[None]]
    ) -> DeadLetter:
        """Ack the dead letter once `before` is done with it. Raises `NotFound`."""
        found: list[DeadLetter] = []

        async def take(delivery: RabbitDelivery, letter: DeadLetter) -> bool:
            if letter.id != dead_letter_id:
                return False
            await before(letter)
            await delivery.ack()
            found.append(letter)
            return True

        if not await self._look_through(queue, MAX_PREFETCH, take):
            raise NotFound("There is no such dead letter.")
        return found[0]

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

    async def _look_through(self, queue: str, limit: int, take: Take) -> bool:
        """Show up to `limit` dead letters to `take`, oldest first, until it takes one. The others stay there."""
        dead, taken = dead_queue(queue), False
        async with self._reading_letters:
            lying = await self.depth(dead)
            if not lying:
                return False
            count = min(limit, lying)
            async with self.subscribe(dead, prefetch=count) as subscription:
                for _ in range(count):
                    delivery = await _receive_letter(subscription)
                    if delivery is None:
                        break
                    if taken := await take(delivery, dead_letter_of(queue, delivery.message, delivery.headers)):
                        break
            await self._given_back(dead, lying - taken)
        return taken

    async def _given_back(self, queue: str, count: int) -> None:
        """Wait a little until the broker has taken back what was shown, so that who looks next sees it."""
        deadline = time.monotonic() + LETTER_TIMEOUT_S
        while await self.depth(queue) < count and time.monotonic() < deadline:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.01)

    async def _declare_again(self, connection: Connection) -> None:
        for topology in self._topologies:
            try:
                await _declare(connection, topology)
            except Conflict as error:
                # It was right when the service started; whoever changed it since must decide. The rest goes on.
                log.error("topology_changed", reason=str(error))  # noqa: TRY400


async def _receive_letter(subscription: Subscription) -> RabbitDelivery | None:
    try:
        async with asyncio.timeout(LETTER_TIMEOUT_S):
            delivery = await subscription.receive()
    except TimeoutError:
        return None
    assert isinstance(delivery, RabbitDelivery)
    return delivery


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
    # In this order: RabbitMQ 3.10 killed within a second of declaring a quorum queue never finds a leader for the last
    # one that was declared, and loses what it had confirmed for it. Let that be the queue that is empty.
    declared: list[tuple[str, dict[str, Any]]] = [
        (queue.name, queue_arguments(queue, server_version)),
        (dead_queue(queue.name), dead_queue_arguments(server_version)),
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
