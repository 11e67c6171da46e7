"""Publishing: many at a time over one channel, each waiting for the broker's confirm of its own message."""

import asyncio
from typing import Any, Final, NamedTuple

from pika import spec
from pika.frame import Method

from kilowatch.kit.broker.port import Message, QueueFull, Unroutable
from kilowatch.kit.broker.rabbitmq.link import Channel, Link, QueueAway, translated
from kilowatch.kit.broker.rabbitmq.wire import properties_of
from kilowatch.kit.errors import Forbidden, KilowatchError, SlowDown, Unavailable

#: Bounds what lies in our send buffer and in the broker's hands; further publishers wait, within their time limit.
MAX_UNCONFIRMED: Final = 1_000
ALARM_RETRY_S: Final = 5.0


class _Unconfirmed(NamedTuple):
    safe: asyncio.Future[None]
    exchange: str
    routing_key: str
    message_id: str


class Publisher:
    """Publishes over the link's connection, and over the next one when that is lost."""

    def __init__(self, link: Link, login: str) -> None:
        self._link = link
        self._login = login
        self._channel: ConfirmChannel | None = None
        self._opening = asyncio.Lock()
        self._slots = asyncio.Semaphore(MAX_UNCONFIRMED)

    async def publish(self, exchange: str, message: Message, *, timeout_s: float) -> None:
        if message.user_id not in (None, self._login):
            # The broker would close the channel, and every publish under way on it would fail.
            raise Forbidden(f"Only {self._login!r} can be named as the sender of a message.")
        try:
            async with asyncio.timeout(timeout_s), self._slots:
                channel = await self._open_channel()
                await channel.publish(exchange, message)
        except TimeoutError:
            raise Unavailable("The broker did not confirm the message in time.") from None

    async def _open_channel(self) -> "ConfirmChannel":
        if self._channel and self._channel.usable:
            return self._channel
        async with self._opening:
            if self._channel is None or not self._channel.usable:
                connection = await self._link.connection()
                self._channel = await ConfirmChannel.open(await connection.open_channel())
            return self._channel


class ConfirmChannel:
    """A channel in confirm mode, and who waits for which confirm."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._last_tag = 0
        self._unconfirmed: dict[int, _Unconfirmed] = {}  # by delivery tag, so in the order published

    @classmethod
    async def open(cls, channel: Channel) -> "ConfirmChannel":
        opened = cls(channel)
        channel.use(opened)
        channel.connection.on_blocked.add(opened.give_up_waiting)
        channel.raw.add_on_return_callback(opened.on_return)
        try:
            await channel.call(channel.raw.confirm_delivery, ack_nack_callback=opened.on_confirm)
        except BaseException:
            await channel.close()
            raise
        return opened

    @property
    def usable(self) -> bool:
        return self._channel.lost is None

    async def publish(self, exchange: str, message: Message) -> None:
        if self._channel.connection.blocked:
            raise SlowDown("The broker is short of memory or disk space.", ALARM_RETRY_S)
        with translated():
            self._channel.raw.basic_publish(
                exchange, message.routing_key, message.body, properties_of(message), mandatory=True
            )
        self._last_tag += 1
        safe = asyncio.get_running_loop().create_future()
        self._unconfirmed[self._last_tag] = _Unconfirmed(safe, exchange, message.routing_key, message.id)
        await safe

    def on_confirm(self, frame: Method[Any]) -> None:
        confirmed = isinstance(frame.method, spec.Basic.Ack)
        for tag in self._tags(frame.method.delivery_tag, multiple=frame.method.multiple):
            waiting = self._unconfirmed.pop(tag)
            if waiting.safe.done():  # given up, cancelled, or returned before
                continue
            if confirmed:
                waiting.safe.set_result(None)
            else:
                waiting.safe.set_exception(QueueFull(f"A queue for {waiting.routing_key!r} is full."))

    def _tags(self, tag: int, *, multiple: bool) -> list[int]:
        if not multiple:
            return [tag]
        tags = []
        for older in self._unconfirmed:
            if older > tag:
                break
            tags.append(older)
        return tags

    def on_return(self, _: object, method: spec.Basic.Return, properties: spec.BasicProperties, __: bytes) -> None:
        """Find whose message no queue took. It comes before its confirm, which says nothing of that, and without a tag.

        Two with the same address and id are the same message: it does not matter which of them is told.
        """
        for waiting in self._unconfirmed.values():
            same = (waiting.exchange, waiting.routing_key, waiting.message_id)
            if same == (method.exchange, method.routing_key, properties.message_id) and not waiting.safe.done():
                waiting.safe.set_exception(Unroutable(f"No queue takes {method.routing_key!r}."))
                return

    def give_up_waiting(self) -> None:
        """The broker has an alarm and may not read what we sent for hours: let the senders repeat it later."""
        self._fail_all(Unavailable("The broker is short of memory or disk space."))

    def lose(self, error: KilowatchError) -> None:
        self._channel.connection.on_blocked.discard(self.give_up_waiting)
        self._fail_all(Unroutable(str(error)) if isinstance(error, QueueAway) else Unavailable(str(error)))
        self._unconfirmed.clear()

    def _fail_all(self, error: KilowatchError) -> None:
        for waiting in self._unconfirmed.values():
            if not waiting.safe.done():
                waiting.safe.set_exception(type(error)(*error.args))
