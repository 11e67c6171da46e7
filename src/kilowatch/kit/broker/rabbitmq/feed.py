"""Telling and listening: what may be lost, over channels of its own so that it never holds up what may not."""

import asyncio
from collections import deque
from collections.abc import Sequence

from pika import DeliveryMode, spec

from kilowatch.kit.broker.port import Message
from kilowatch.kit.broker.rabbitmq.link import Channel, Link, translated
from kilowatch.kit.broker.rabbitmq.wire import feed_arguments, message_of, properties_of
from kilowatch.kit.errors import KilowatchError, Unavailable


class Teller:
    """Tells over the link's connection, and over the next one when that is lost."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._channel: Channel | None = None
        self._opening = asyncio.Lock()

    async def tell(self, exchange: str, message: Message) -> None:
        try:
            channel = await self._open_channel()
            if channel.connection.blocked:
                return
            with translated():
                properties = properties_of(message, DeliveryMode.Transient)
                channel.raw.basic_publish(exchange, message.routing_key, message.body, properties)
        except Unavailable:
            return  # as was said

    async def _open_channel(self) -> Channel:
        if self._channel and not self._channel.lost:
            return self._channel
        async with self._opening:
            if self._channel is None or self._channel.lost:
                self._channel = await (await self._link.connection()).open_channel()
            return self._channel


class RabbitFeed:
    """Keeps the promises of `Feed`."""

    def __init__(self, channel: Channel, login: str, max_messages: int) -> None:
        self.dropped = 0
        self._channel = channel
        self._login = login
        self._heard: deque[Message] = deque(maxlen=max_messages)
        self._news = asyncio.Event()
        channel.use(self)

    async def start(self, exchange: str, patterns: Sequence[str]) -> None:
        raw = self._channel.raw
        await self._channel.call(raw.exchange_declare, exchange=exchange, exchange_type="topic", durable=True)
        arguments = feed_arguments(self._heard.maxlen or 0)
        declared = await self._channel.call(raw.queue_declare, queue="", exclusive=True, arguments=arguments)
        queue = declared.method.queue
        for pattern in patterns:
            await self._channel.call(raw.queue_bind, queue=queue, exchange=exchange, routing_key=pattern)
        raw.add_on_cancel_callback(lambda _: self._channel.lose(Unavailable("The queue is gone.")))
        await self._channel.call(raw.basic_consume, queue=queue, on_message_callback=self._on_message, auto_ack=True)

    async def receive_many(self, max_messages: int) -> Sequence[Message]:
        await self._news.wait()
        if self._channel.lost:
            raise Unavailable(f"The feed is lost: {self._channel.lost}")
        taken = [self._heard.popleft() for _ in range(min(max_messages, len(self._heard)))]
        if not self._heard:
            self._news.clear()
        return taken

    def lose(self, _: KilowatchError) -> None:
        self._news.set()

    def _on_message(self, _: object, method: spec.Basic.Deliver, properties: spec.BasicProperties, body: bytes) -> None:
        self.dropped += len(self._heard) == self._heard.maxlen
        self._heard.append(message_of(method.routing_key, properties, body, login=self._login))
        self._news.set()
