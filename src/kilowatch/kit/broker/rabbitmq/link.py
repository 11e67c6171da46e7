"""Connections to RabbitMQ: opened when needed, watched, given up when silent, opened again.

pika's connection runs on the event loop and calls back; here its calls become awaitables, each with a time limit,
and its errors ours. A connection or channel once lost stays lost: whoever used it asks its `Link` for another.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel as RawChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker
from pika.frame import Method

from kilowatch.kit.errors import Conflict, Forbidden, KilowatchError, Unavailable
from kilowatch.kit.telemetry import logger

log = logger(__name__)

T = TypeVar("T")

CONNECT_TIMEOUT_S: Final = 5.0
#: One request to the broker and its answer. Declaring a quorum queue writes to the disk.
REQUEST_TIMEOUT_S: Final = 10.0
CLOSE_TIMEOUT_S: Final = 2.0
FIRST_BACKOFF_S: Final = 0.1
LAST_BACKOFF_S: Final = 2.0


class QueueAway(Unavailable):
    """There is no queue or exchange of that name (yet)."""


class _Losable(Protocol):
    def lose(self, error: KilowatchError) -> None: ...


class Channel:
    """A channel of a connection, until either is lost."""

    def __init__(self, connection: "Connection", raw: RawChannel) -> None:
        self.connection = connection
        self.raw = raw
        self.lost: KilowatchError | None = None
        self._pending: set[asyncio.Future[Any]] = set()
        self._users: list[_Losable] = []
        raw.add_on_close_callback(lambda _, reason: self.lose(error_of(reason)))

    async def call(self, method: Callable[..., object], **arguments: object) -> Method[Any]:
        """Call a method of pika's channel and wait for the broker's answer."""
        self.require()
        answered: asyncio.Future[Method[Any]] = asyncio.get_running_loop().create_future()
        with translated():
            method(**arguments, callback=partial(_resolve, answered))
        return await self.answer(answered)

    async def answer(self, future: asyncio.Future[T]) -> T:
        """Wait for `future`, no longer than a request may take and only while there is a channel."""
        self._pending.add(future)
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                return await future
        except TimeoutError:
            raise Unavailable("The broker did not answer in time.") from None
        finally:
            self._pending.discard(future)

    def use(self, user: _Losable) -> None:
        """Tell `user` when the channel is lost."""
        self._users.append(user)

    def require(self) -> None:
        if self.lost:
            raise type(self.lost)(*self.lost.args)

    def lose(self, error: KilowatchError) -> None:
        if self.lost:
            return
        self.lost = error
        self.connection.forget(self)
        for future in self._pending:
            _fail(future, error)
        for user in self._users:
            user.lose(error)

    async def close(self) -> None:
        """Close, so that the broker takes back what is unsettled. It has when this returns, or soon will."""
        if self.lost:
            return
        closed = asyncio.get_running_loop().create_future()
        with suppress(AMQPError, TimeoutError):
            self.raw.add_on_close_callback(partial(_resolve, closed))
            self.raw.close()
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await closed
        self.lose(Unavailable("The channel is closed."))


class Connection:
    """An open connection, until it is lost. Raises `Unavailable` when it is lost already."""

    def __init__(self, raw: AsyncioConnection, heartbeat_s: int) -> None:
        self.server_version = _server_version(raw)  # kept: with the link it is forgotten what the server has said
        self._raw = raw
        self._heartbeat_s = heartbeat_s
        self._channels: set[Channel] = set()
        self.lost: KilowatchError | None = None
        self.blocked = False  #: the broker has a memory or disk alarm and takes nothing from publishers
        self.on_blocked: set[Callable[[], None]] = set()
        raw.add_on_close_callback(lambda _, reason: self.lose(error_of(reason)))
        raw.add_on_connection_blocked_callback(lambda *_: self._block())
        raw.add_on_connection_unblocked_callback(lambda *_: setattr(self, "blocked", False))
        self._watch = asyncio.create_task(self._give_up_when_silent(), name="rabbitmq-heartbeat")

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[Channel]:
        channel = await self.open_channel()
        try:
            yield channel
        finally:
            await channel.close()

    async def open_channel(self) -> Channel:
        opened: asyncio.Future[RawChannel] = asyncio.get_running_loop().create_future()
        with translated():
            channel = Channel(self, self._raw.channel(on_open_callback=partial(_resolve, opened)))
        self._channels.add(channel)
        try:
            await channel.answer(opened)
        except BaseException:
            await channel.close()
            raise
        return channel

    def forget(self, channel: Channel) -> None:
        self._channels.discard(channel)

    def lose(self, error: KilowatchError) -> None:
        if self.lost:
            return
        self.lost = error
        self._watch.cancel()
        log.info("broker_link_ended", reason=str(error))
        for channel in tuple(self._channels):
            channel.lose(error)

    async def close(self) -> None:
        closed = asyncio.get_running_loop().create_future()
        with suppress(AMQPError, TimeoutError):
            self._raw.add_on_close_callback(partial(_resolve, closed))
            self._raw.close()
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await closed
        self.lose(Unavailable("The connection is closed."))

    def _block(self) -> None:
        self.blocked = True
        log.warning("broker_blocks_publishers")
        for callback in tuple(self.on_blocked):
            callback()

    async def _give_up_when_silent(self) -> None:
        """Lose a half-open connection after two heartbeats without a byte.

        pika looks once in (heartbeat + 5 s) and so may need twice that. Intervals are counted, not seconds: a process
        that was frozen finds its bytes in the socket when it goes on.
        """
        received, silent = self._raw.bytes_received, 0
        while silent < 4:
            await asyncio.sleep(self._heartbeat_s / 2)
            silent = silent + 1 if self._raw.bytes_received == received else 0
            received = self._raw.bytes_received
        self.lose(Unavailable("The broker is silent."))
        with suppress(AMQPError):
            self._raw.close()


#: What must be done on a new connection before anyone uses it.
Prepare = Callable[[Connection], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the broker is and who we are there."""

    url: str = field(repr=False)  #: amqp[s]://login:password@host:port/vhost
    name: str  #: what the broker's administrator sees
    heartbeat_s: int

    @property
    def login(self) -> str:
        return unquote(urlsplit(self.url).username or "guest")

    def parameters(self) -> pika.URLParameters:
        parameters = pika.URLParameters(self.url)
        parameters.heartbeat = self.heartbeat_s
        parameters.connection_attempts = 1
        parameters.client_properties = {"connection_name": self.name}
        return parameters


class Link:
    """The way to the broker: one connection at a time, replaced when it is lost."""

    def __init__(self, address: Address, prepare: Prepare) -> None:
        self._address = address
        self._prepare = prepare
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()
        self._backoff_s = FIRST_BACKOFF_S
        self._not_before = 0.0
        self._closed = False

    async def connection(self) -> Connection:
        """Give the connection, opening one if need be. Raises `Unavailable` at once while it waits to try again."""
        if self._connection and not self._connection.lost:
            return self._connection
        async with self._lock:
            if self._connection is None or self._connection.lost:
                self._connection = await self._connect()
            return self._connection

    async def close(self) -> None:
        self._closed = True
        if self._connection:
            await self._connection.close()

    async def _connect(self) -> Connection:
        if self._closed or time.monotonic() < self._not_before:
            raise Unavailable("There is no link to the broker.")
        # Whatever goes wrong below, the next attempt waits.
        self._not_before = time.monotonic() + self._backoff_s
        self._backoff_s = min(2 * self._backoff_s, LAST_BACKOFF_S)
        connection = Connection(await _open(self._address.parameters()), self._address.heartbeat_s)
        try:
            await self._prepare(connection)
        except BaseException:
            await connection.close()
            raise
        self._backoff_s = FIRST_BACKOFF_S
        log.info("broker_link_opened", server_version=connection.server_version)
        return connection


def _server_version(raw: AsyncioConnection) -> str:
    version = (raw.server_properties or {}).get("version")
    if version is None:
        raise Unavailable("The link to the broker was lost as soon as it was open.")
    return version.decode() if isinstance(version, bytes) else str(version)


async def _open(parameters: pika.URLParameters) -> AsyncioConnection:
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[AsyncioConnection] = loop.create_future()
    raw = AsyncioConnection(
        parameters,
        on_open_callback=partial(_resolve, opened),
        on_open_error_callback=lambda _, error: _fail(opened, error_of(error)),
        custom_ioloop=loop,
    )
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            return await opened
    except BaseException as error:
        with suppress(AMQPError):
            raw.close()
        if isinstance(error, TimeoutError):
            raise Unavailable("The broker does not answer.") from error
        raise


@contextmanager
def translated() -> Iterator[None]:
    """Turn what pika raises into our errors."""
    try:
        yield
    except AMQPError as error:
        raise error_of(error) from error


def error_of(reason: BaseException) -> KilowatchError:
    if not isinstance(reason, ChannelClosedByBroker):
        return Unavailable(f"The link to the broker is lost: {reason!r}")
    match reason.reply_code:
        case 403:
            return Forbidden(reason.reply_text)
        case 404:
            return QueueAway(reason.reply_text)
        case 406:
            return Conflict(reason.reply_text)
        case _:
            return Unavailable(reason.reply_text)


def _resolve(future: asyncio.Future[Any], answer: object, *_: object) -> None:
    if not future.done():
        future.set_result(answer)


def _fail(future: asyncio.Future[Any], error: KilowatchError) -> None:
    if not future.done():
        # One error object for many waiters would collect all their tracebacks.
        future.set_exception(type(error)(*error.args))
