"""The broker port: what services may expect of a message broker.

Two adapters keep it, `memory` (in process) and `rabbitmq`, and one behavioural suite tests both. The promises:

* **At least once.** A message stays until a consumer acks it; a consumer that goes away gives back what it held.
* **`publish` returns when the message is safe**, never before. On RabbitMQ that is the publisher confirm of a
  durable queue. In process nothing is durable, so it is the ack of every consumer (or its dead letter): whoever
  was answered after `publish` loses nothing to a kill -9.
* **Bounded.** A full queue refuses (`QueueFull`); nothing is dropped to make room.
* **No poison loop where a limit is set.** A message requeued more than `delivery_limit` times, or rejected, goes
  to the queue's dead letters, which can be listed, sent again and discarded.
* Order within a queue is not promised: a requeued message may come after its successors.
* **Beside all this, `tell` and `listen`** carry what may be lost: to everybody who listens now, at once, bounded by
  dropping the oldest. Whoever needs all of it looks it up elsewhere when it has listened anew or `Feed.dropped` grows.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kilowatch.kit.errors import SlowDown, Unavailable


class ExchangeKind(StrEnum):
    DIRECT = "direct"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Exchange:
    name: str
    kind: ExchangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A durable queue; on RabbitMQ a quorum queue with `overflow=reject-publish`."""

    name: str
    max_messages: int  #: ready messages at which a publisher is refused
    delivery_limit: int | None = None  #: redeliveries before the dead letters; None: for ever


@dataclass(frozen=True, slots=True)
class Binding:
    exchange: str
    queue: str
    pattern: str  #: topic pattern (`device.*`, `#`) or the exact routing key of a direct exchange


@dataclass(frozen=True, slots=True)
class Topology:
    """What a service needs to exist; declaring it again changes nothing."""

    exchanges: Sequence[Exchange] = ()
    queues: Sequence[Queue] = ()
    bindings: Sequence[Binding] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    body: bytes
    routing_key: str
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    correlation_id: str = ""
    user_id: str | None = None  #: set by the broker where it has authenticated the publisher


class Delivery(Protocol):
    """A message in the hands of one consumer, until it is settled by exactly one of the three calls."""

    @property
    def message(self) -> Message: ...

    @property
    def redelivered(self) -> bool:
        """Whether someone, perhaps this consumer, has had it before."""

    async def ack(self) -> None:
        """It is done and stored. Raises `Unavailable` when the link is gone: the message will come again."""

    async def requeue(self) -> None:
        """Not now: give it back. Counts towards the delivery limit."""

    async def reject(self, reason: str) -> None:
        """Never: move it to the dead letters."""


class Subscription(Protocol):
    """A consumer of one queue. At most `prefetch` deliveries are unsettled at a time."""

    def __aiter__(self) -> AsyncIterator[Delivery]: ...

    async def receive(self) -> Delivery:
        """Wait for the next delivery. Raises `Unavailable` once the subscription is lost; subscribe again."""

    async def receive_many(self, max_messages: int) -> Sequence[Delivery]:
        """Wait for a delivery and give with it what else is here already, oldest first. Raises `Unavailable`."""

    async def ack_all(self, deliveries: Sequence[Delivery]) -> None:
        """Ack deliveries of this subscription at the price of about one."""


class Feed(Protocol):
    """What a listener hears, from the moment it began to listen."""

    dropped: int  #: messages that were dropped here because the listener was slow

    async def receive_many(self, max_messages: int) -> Sequence[Message]:
        """Wait for a message and give with it what else is here already, oldest first.

        Raises `Unavailable` once the link is lost; listen again, and know that something may have been missed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    id: str
    queue: str
    reason: str
    at: datetime
    message: Message


class QueueFull(SlowDown):
    """A queue that the message routes to is at its bound. No queue has it, or it will be recognised as a repeat."""


class Unroutable(Unavailable):
    """No queue is bound for the routing key (yet)."""


class Broker(Protocol):
    async def declare(self, topology: Topology) -> None:
        """Make what does not exist yet. Raises `Conflict` when a name is in use with other properties.

        While the broker is away this is remembered, and done as soon as there is a link.
        """

    async def publish(self, exchange: str, message: Message, *, timeout_s: float = 10.0) -> None:
        """Return once every queue that the message routes to has it safely.

        Raises `QueueFull`, `Unroutable`, `SlowDown` (the broker is short of memory or disk space), or `Unavailable`
        (the link is gone or the time is over: it may or may not have arrived, publish it again under the same id).
        """

    def subscribe(self, queue: str, *, prefetch: int) -> AbstractAsyncContextManager[Subscription]:
        """Consume `queue` while the context is open; leaving gives back what is unsettled.

        Entering raises `Unavailable` without a link or a queue of that name.
        """

    async def tell(self, exchange: str, message: Message) -> None:
        """Hand a message on to who listens now, and to queues, without waiting and without a promise.

        It is lost without an exchange, a link, a listener, or room in a queue.
        """

    def listen(self, exchange: str, patterns: Sequence[str], *, max_messages: int) -> AbstractAsyncContextManager[Feed]:
        """Hear what is published to or told a topic exchange (made if need be), while the context is open.

        Every listener hears everything. Entering raises `Unavailable` without a link.
        """

    async def depth(self, queue: str) -> int:
        """Messages ready in the queue (not those that consumers hold)."""

    async def dead_letters(self, queue: str, *, limit: int = 100) -> list[DeadLetter]:
        """The dead letters of `queue`, oldest first; they stay where they are."""

    async def count_dead_letters(self, queue: str) -> int:
        """How many there are, but for those that somebody looks at just now."""

    async def replay(self, queue: str, dead_letter_id: str) -> DeadLetter:
        """Send a dead letter to its queue again, and forget it once it is safe. Raises `NotFound`."""

    async def discard(self, queue: str, dead_letter_id: str) -> DeadLetter:
        """Forget a dead letter for ever. Raises `NotFound`."""

    async def check(self) -> None:
        """Raise `Unavailable` when nothing can be published or consumed now."""
