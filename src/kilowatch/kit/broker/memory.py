"""The in-process broker of `kilowatch up`: the port without a server.

Nothing is stored, so `publish` waits for the consumers: it returns when every queue's consumer has acked, or the
dead letter is in its store. Whoever was answered loses nothing when the process dies; who was not sends again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from kilowatch.kit.broker.dead_letters import DeadLetterStore, MemoryDeadLetters
from kilowatch.kit.broker.port import (
    Binding,
    DeadLetter,
    Delivery,
    Exchange,
    ExchangeKind,
    Feed,
    Message,
    Queue,
    QueueFull,
    Subscription,
    Topology,
    Unroutable,
)
from kilowatch.kit.broker.topics import matches
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.kit.errors import Conflict, Unavailable

#: Routing keys whose routes are remembered: a key may name a device, and there may be any number of those.
ROUTES_CACHED: Final = 10_000


class _Confirm:
    """Tells one publisher when the last of its queues has let go of the message."""

    __slots__ = ("_waiting_for", "done")

    def __init__(self, queues: int) -> None:
        self._waiting_for = queues
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle_one(self) -> None:
        self._waiting_for -= 1
        if not self._waiting_for and not self.done.done():  # done: the publisher has given up
            self.done.set_result(None)


@dataclass(slots=True, eq=False)
class _Entry:
    """A message in one queue."""

    message: Message
    confirm: _Confirm
    redeliveries: int = 0


class _Queue:
    """Ready messages and who waits for them."""

    def __init__(self, declared: Queue, dead_letters: DeadLetterStore, clock: Clock) -> None:
        self.declared = declared
        self.ready: deque[_Entry] = deque()
        self.waiting: deque[_Waiter] = deque()
        self._dead_letters = dead_letters
        self._clock = clock

    @property
    def full(self) -> bool:
        return len(self.ready) >= self.declared.max_messages

    def put(self, entry: _Entry) -> None:
        self.ready.append(entry)
        if self.waiting:
            self.wake_one()

    def give_back(self, entries: Sequence[_Entry]) -> None:
        """Put what was delivered before in front, in its old order; it was let in once and is not refused now."""
        for entry in entries:
            entry.redeliveries += 1
        self.ready.extendleft(reversed(entries))
        self.wake_one()

    def wake_one(self) -> None:
        """Wake the first waiter that can take a message. It wakes the next when it leaves some."""
        if not self.ready:
            return
        for waiter in self.waiting:
            if waiter.subscription.room and not waiter.woken.done():
                waiter.woken.set_result(None)
                return

    def over_limit(self, entry: _Entry) -> bool:
        limit = self.declared.delivery_limit
        return limit is not None and entry.redeliveries >= limit

    async def bury(self, entry: _Entry, reason: str) -> None:
        """Move to the dead letters. Not stored (or cancelled meanwhile), it is ready again: never in neither place."""
        letter = DeadLetter(
            id=str(uuid4()), queue=self.declared.name, reason=reason, at=self._clock(), message=entry.message
        )
        try:
            await self._dead_letters.add(letter)
        except BaseException:
            self.give_back([entry])
            raise
        entry.confirm.settle_one()


class _Delivery:
    """Keeps the promises of `Delivery`."""

    __slots__ = ("_subscription", "entry")

    def __init__(self, subscription: "_Subscription", entry: _Entry) -> None:
        self._subscription = subscription
        self.entry = entry

    @property
    def message(self) -> Message:
        return self.entry.message

    @property
    def redelivered(self) -> bool:
        return self.entry.redeliveries > 0

    async def ack(self) -> None:
        self._subscription.take_out(self)
        self.entry.confirm.settle_one()

    async def requeue(self) -> None:
        self._subscription.take_out(self)
        queue = self._subscription.queue
        if queue.over_limit(self.entry):
            await queue.bury(self.entry, "delivery_limit")
        else:
            queue.give_back([self.entry])

    async def reject(self, reason: str) -> None:
        self._subscription.take_out(self)
        await self._subscription.queue.bury(self.entry, reason)


@dataclass(slots=True, eq=False)
class _Waiter:
    subscription: "_Subscription"
    woken: asyncio.Future[None]


class _Subscription:
    """Keeps the promises of `Subscription`."""

    def __init__(self, queue: _Queue, prefetch: int) -> None:
        self.queue = queue
        self._prefetch = prefetch
        self._unsettled: dict[_Delivery, None] = {}  # ordered: given back in the order received
        self._closed = False

    @property
    def room(self) -> int:
        return self._prefetch - len(self._unsettled)

    async def __aiter__(self) -> AsyncIterator[Delivery]:
        while True:
            yield await self.receive()

    async def receive(self) -> Delivery:
        return (await self.receive_many(1))[0]

    async def receive_many(self, max_messages: int) -> Sequence[Delivery]:
        while not (count := min(max_messages, self.room, len(self.queue.ready))):
            await self._woken()
        self._require_open()
        deliveries = [_Delivery(self, self.queue.ready.popleft()) for _ in range(count)]
        self._unsettled.update(dict.fromkeys(deliveries))
        if self.queue.waiting:
            self.queue.wake_one()
        return deliveries

    async def ack_all(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            await delivery.ack()

    async def _woken(self) -> None:
        self._require_open()
        waiter = _Waiter(self, asyncio.get_running_loop().create_future())
        self.queue.waiting.append(waiter)
        try:
            await waiter.woken
        except asyncio.CancelledError:
            self.queue.wake_one()  # it may have been woken for a message that it will not take now
            raise
        finally:
            self.queue.waiting.remove(waiter)

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable("The subscription is closed.")

    def take_out(self, delivery: _Delivery) -> None:
        self._require_open()
        if delivery not in self._unsettled:
            raise RuntimeError("The delivery was settled before.")
        del self._unsettled[delivery]
        if self.queue.waiting:
            self.queue.wake_one()

    def close(self) -> None:
        self._closed = True
        unsettled = [delivery.entry for delivery in self._unsettled]
        self._unsettled.clear()
        for waiter in self.queue.waiting:
            if waiter.subscription is self and not waiter.woken.done():
                waiter.woken.set_result(None)
        self.queue.give_back(unsettled)


class _Feed:
    """Keeps the promises of `Feed`."""

    def __init__(self, patterns: Sequence[str], max_messages: int) -> None:
        self.dropped = 0
        self._patterns = patterns
        self._heard: deque[Message] = deque(maxlen=max_messages)
        self._news = asyncio.Event()

    def hears(self, routing_key: str) -> bool:
        return any(matches(pattern, routing_key) for pattern in self._patterns)

    def put(self, message: Message) -> None:
        self.dropped += len(self._heard) == self._heard.maxlen
        self._heard.append(message)
        self._news.set()

    async def receive_many(self, max_messages: int) -> Sequence[Message]:
        await self._news.wait()
        taken = [self._heard.popleft() for _ in range(min(max_messages, len(self._heard)))]
        if not self._heard:
            self._news.clear()
        return taken


@dataclass(slots=True)
class _Exchange:
    declared: Exchange
    bindings: list[Binding] = field(default_factory=list)
    routes: dict[str, tuple[_Queue, ...]] = field(default_factory=dict)
    feeds: list[_Feed] = field(default_factory=list)

    def tell(self, message: Message) -> bool:
        """Whether anybody has heard it."""
        listeners = [feed for feed in self.feeds if feed.hears(message.routing_key)]
        for feed in listeners:
            feed.put(message)
        return bool(listeners)

    def bind(self, binding: Binding) -> None:
        if binding not in self.bindings:
            self.bindings.append(binding)
            self.routes.clear()

    def queue_names(self, routing_key: str) -> Iterable[str]:
        """The queues that get a message, each once however many of its bindings match."""
        match = matches if self.declared.kind is ExchangeKind.TOPIC else str.__eq__
        return dict.fromkeys(binding.queue for binding in self.bindings if match(binding.pattern, routing_key))


class MemoryBroker:
    """Keeps the promises of `Broker` within one event loop."""

    def __init__(self, *, dead_letters: DeadLetterStore | None = None, clock: Clock = system_clock) -> None:
        self._dead_letters = dead_letters or MemoryDeadLetters()
        self._clock = clock
        self._exchanges: dict[str, _Exchange] = {}
        self._queues: dict[str, _Queue] = {}

    async def declare(self, topology: Topology) -> None:
        for exchange in topology.exchanges:
            existing = self._exchanges.setdefault(exchange.name, _Exchange(exchange))
            _require_same(existing.declared, exchange)
        for queue in topology.queues:
            known = self._queues.setdefault(queue.name, _Queue(queue, self._dead_letters, self._clock))
            _require_same(known.declared, queue)
        for binding in topology.bindings:
            self._queue(binding.queue)
            self._exchange(binding.exchange).bind(binding)

    async def publish(self, exchange: str, message: Message, *, timeout_s: float = 10.0) -> None:
        queues = self._route(exchange, message.routing_key)
        _require_room(queues)
        heard = exchange in self._exchanges and self._exchanges[exchange].tell(message)
        if queues:
            await self._send(queues, message, timeout_s)
        elif not heard:
            raise Unroutable(f"Nobody takes {message.routing_key!r} from the exchange {exchange!r}.")

    async def tell(self, exchange: str, message: Message) -> None:
        known = self._exchanges.get(exchange)
        if known is None:
            return
        known.tell(message)
        for queue in self._queues_of(known, message.routing_key):
            if not queue.full:
                queue.put(_Entry(message, _Confirm(1)))

    @asynccontextmanager
    async def listen(self, exchange: str, patterns: Sequence[str], *, max_messages: int) -> AsyncIterator[Feed]:
        await self.declare(Topology(exchanges=[Exchange(exchange, ExchangeKind.TOPIC)]))
        feed = _Feed(patterns, max_messages)
        self._exchange(exchange).feeds.append(feed)
        try:
            yield feed
        finally:
            self._exchange(exchange).feeds.remove(feed)

    @asynccontextmanager
    async def subscribe(self, queue: str, *, prefetch: int) -> AsyncIterator[Subscription]:
        subscription = _Subscription(self._queue(queue), prefetch)
        try:
            yield subscription
        finally:
            subscription.close()

    async def depth(self, queue: str) -> int:
        return len(self._queue(queue).ready)

    async def dead_letters(self, queue: str, *, limit: int = 100) -> list[DeadLetter]:
        return await self._dead_letters.oldest(queue, limit)

    async def count_dead_letters(self, queue: str) -> int:
        return await self._dead_letters.count(queue)

    async def replay(self, queue: str, dead_letter_id: str) -> DeadLetter:
        letter = await self._dead_letters.get(queue, dead_letter_id)
        _require_room([self._queue(queue)])
        await self._send((self._queue(queue),), letter.message, timeout_s=10.0)
        await self._dead_letters.remove(letter.id)
        return letter

    async def discard(self, queue: str, dead_letter_id: str) -> DeadLetter:
        letter = await self._dead_letters.get(queue, dead_letter_id)
        await self._dead_letters.remove(letter.id)
        return letter

    async def check(self) -> None:
        return

    async def _send(self, queues: Sequence[_Queue], message: Message, timeout_s: float) -> None:
        confirm = _Confirm(len(queues))
        for queue in queues:
            queue.put(_Entry(message, confirm))
        try:
            async with asyncio.timeout(timeout_s):
                await confirm.done
        except TimeoutError:
            raise Unavailable("The message was not handled in time.") from None

    def _route(self, exchange: str, routing_key: str) -> Sequence[_Queue]:
        known = self._exchanges.get(exchange)
        return self._queues_of(known, routing_key) if known else ()

    def _queues_of(self, exchange: _Exchange, routing_key: str) -> Sequence[_Queue]:
        queues = exchange.routes.get(routing_key)
        if queues is None:
            if len(exchange.routes) >= ROUTES_CACHED:
                exchange.routes.clear()
            queues = tuple(self._queues[name] for name in exchange.queue_names(routing_key))
            exchange.routes[routing_key] = queues
        return queues

    def _exchange(self, name: str) -> _Exchange:
        if name not in self._exchanges:
            raise Unavailable(f"There is no exchange {name!r} (yet).")
        return self._exchanges[name]

    def _queue(self, name: str) -> _Queue:
        if name not in self._queues:
            raise Unavailable(f"There is no queue {name!r} (yet).")
        return self._queues[name]


def _require_room(queues: Sequence[_Queue]) -> None:
    for queue in queues:
        if queue.full:
            raise QueueFull(f"The queue {queue.declared.name} is full.")


def _require_same(existing: Exchange | Queue, wanted: Exchange | Queue) -> None:
    if existing != wanted:
        raise Conflict(f"{wanted.name!r} exists with other properties: {existing}.")
