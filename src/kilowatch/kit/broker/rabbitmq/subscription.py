"""Consuming: what has arrived on a channel of its own, and what of it is not settled yet."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from pika import spec

from kilowatch.kit.broker.port import Delivery, Message
from kilowatch.kit.broker.rabbitmq.link import Channel, translated
from kilowatch.kit.broker.rabbitmq.wire import message_of
from kilowatch.kit.errors import KilowatchError, SlowDown, Unavailable

#: Puts a message into the dead letters of the subscription's queue, for a reason.
Bury = Callable[[Message, str], Awaitable[None]]


class RabbitDelivery:
    """Keeps the promises of `Delivery`."""

    __slots__ = ("_subscription", "headers", "message", "redelivered", "tag")

    def __init__(
        self,
        subscription: "RabbitSubscription",
        method: spec.Basic.Deliver,
        properties: spec.BasicProperties,
        message: Message,
    ) -> None:
        self._subscription = subscription
        self.tag: int = method.delivery_tag
        self.redelivered: bool = method.redelivered
        self.headers: dict[str, object] = properties.headers or {}
        self.message = message

    async def ack(self) -> None:
        self._subscription.ack(self)

    async def requeue(self) -> None:
        self._subscription.requeue(self)

    async def reject(self, reason: str) -> None:
        await self._subscription.bury(self, reason)


class RabbitSubscription:
    """Keeps the promises of `Subscription`."""

    def __init__(self, channel: Channel, login: str, bury: Bury) -> None:
        self._channel = channel
        self._login = login
        self._bury = bury
        self._arrived: deque[tuple[spec.Basic.Deliver, spec.BasicProperties, bytes]] = deque()
        self._arrival = asyncio.Event()
        self._unsettled: dict[int, None] = {}  # delivery tags, ascending
        channel.use(self)

    async def start(self, queue: str, prefetch: int) -> None:
        raw = self._channel.raw
        raw.add_on_cancel_callback(lambda _: self._channel.lose(Unavailable("The queue is gone.")))
        await self._channel.call(raw.basic_qos, prefetch_count=prefetch)
        await self._channel.call(raw.basic_consume, queue=queue, on_message_callback=self._on_message)

    async def __aiter__(self) -> AsyncIterator[Delivery]:
        while True:
            yield await self.receive()

    async def receive(self) -> Delivery:
        return (await self.receive_many(1))[0]

    async def receive_many(self, max_messages: int) -> Sequence[Delivery]:
        while not self._arrived:
            self._require()
            self._arrival.clear()
            await self._arrival.wait()
        self._require()
        return [self._hand_over() for _ in range(min(max_messages, len(self._arrived)))]

    async def ack_all(self, deliveries: Sequence[Delivery]) -> None:
        """Ack up to the first delivery that is still in someone's hands in one frame, what is beyond it one by one."""
        self._require()
        tags = {delivery.tag for delivery in deliveries if isinstance(delivery, RabbitDelivery)}
        if not tags <= self._unsettled.keys():
            raise RuntimeError("A delivery was settled before, or came by another subscription.")
        done = []
        for tag in self._unsettled:
            if tag not in tags:
                break
            done.append(tag)
        if done:
            self._settle(done, lambda: self._channel.raw.basic_ack(done[-1], multiple=True))
        for tag in sorted(tags.difference(done)):
            self._settle([tag], lambda tag=tag: self._channel.raw.basic_ack(tag))  # type: ignore[misc]

    def ack(self, delivery: RabbitDelivery) -> None:
        self._settle([delivery.tag], lambda: self._channel.raw.basic_ack(delivery.tag))

    def requeue(self, delivery: RabbitDelivery) -> None:
        # basic.reject and not basic.nack: only it counts towards the delivery limit since RabbitMQ 4.3.
        self._settle([delivery.tag], lambda: self._channel.raw.basic_reject(delivery.tag, requeue=True))

    async def bury(self, delivery: RabbitDelivery, reason: str) -> None:
        """Copy to the dead letters, then ack: the broker's own way would not keep the reason."""
        self._require()
        try:
            await self._bury(delivery.message, reason)
        except (Unavailable, SlowDown) as error:
            self.requeue(delivery)
            raise Unavailable(f"The dead letter could not be stored: {error}") from error
        self.ack(delivery)

    def lose(self, _: KilowatchError) -> None:
        self._arrived.clear()  # they will be delivered again
        self._arrival.set()

    def _on_message(self, _: object, method: spec.Basic.Deliver, properties: spec.BasicProperties, body: bytes) -> None:
        self._arrived.append((method, properties, body))
        self._arrival.set()

    def _hand_over(self) -> RabbitDelivery:
        method, properties, body = self._arrived.popleft()
        self._unsettled[method.delivery_tag] = None
        message = message_of(method.routing_key, properties, body, login=self._login)
        return RabbitDelivery(self, method, properties, message)

    def _settle(self, tags: Sequence[int], send: Callable[[], None]) -> None:
        self._require()
        for tag in tags:
            if tag not in self._unsettled:
                raise RuntimeError("The delivery was settled before.")
        with translated():
            send()
        for tag in tags:
            del self._unsettled[tag]

    def _require(self) -> None:
        if self._channel.lost:
            raise Unavailable(f"The subscription is lost: {self._channel.lost}")
