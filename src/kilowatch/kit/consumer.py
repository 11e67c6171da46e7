"""The message edge: how a service hears of events and takes commands off a queue."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import Event
from kilowatch.contracts.routing import EVENTS, event_queue
from kilowatch.kit.broker.port import (
    Binding,
    Broker,
    Delivery,
    Exchange,
    ExchangeKind,
    Message,
    Queue,
    Topology,
)
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Poison, Unavailable
from kilowatch.kit.events import decode_event
from kilowatch.kit.inbox import is_new
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import unless, wait_for_any
from kilowatch.kit.telemetry import correlated, logger
from kilowatch.kit.tracing import Kind, span

log = logger(__name__)

#: What is done once the effect of an event is committed, and may be lost.
AfterCommit = Callable[[], Awaitable[None]]
#: Applies one event inside the transaction of the connection.
EventHandler = Callable[[AsyncConnection, Event], Awaitable[AfterCommit | None]]
#: Applies one message. Raises `Poison` for what can never be applied, `Unavailable` for what cannot be applied now.
Apply = Callable[[Message], Awaitable[None]]

MAX_MESSAGES: Final = 100_000
DELIVERY_LIMIT: Final = 20
PREFETCH: Final = 50
RETRY_S: Final = 0.5


def event_topology(service: str, patterns: Sequence[str]) -> Topology:
    queue = event_queue(service)
    return Topology(
        exchanges=[Exchange(EVENTS, ExchangeKind.TOPIC)],
        queues=[Queue(name=queue, max_messages=MAX_MESSAGES, delivery_limit=DELIVERY_LIMIT)],
        bindings=[Binding(EVENTS, queue, pattern) for pattern in patterns],
    )


def consume_events(service: str, database: Database, broker: Broker, handle: EventHandler) -> Job:
    """The job that applies the events of the service's queue, one transaction each, in the order they come."""

    async def apply(message: Message) -> None:
        await _apply(message, database, handle)

    return consume_queue(event_queue(service), broker, apply)


def consume_queue(queue: str, broker: Broker, apply: Apply) -> Job:
    """The job that applies the messages of a queue, one after the other, in the order they come."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await _consume_while_connected(queue, broker, apply, stopping)
            except Unavailable as error:
                log.warning("queue_unavailable", queue=queue, reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


async def _consume_while_connected(queue: str, broker: Broker, apply: Apply, stopping: asyncio.Event) -> None:
    async with broker.subscribe(queue, prefetch=PREFETCH) as subscription:
        while (delivery := await unless(stopping, subscription.receive())) is not None:
            if not await _settle(delivery, apply, stopping):
                await wait_for_any(stopping, timeout_s=RETRY_S)


async def _settle(delivery: Delivery, apply: Apply, stopping: asyncio.Event) -> bool:
    """Apply one message and settle its delivery. False: it failed and lies in the queue again."""
    with correlated(delivery.message.correlation_id):
        return await _settle_correlated(delivery, apply, stopping)


async def _settle_correlated(delivery: Delivery, apply: Apply, stopping: asyncio.Event) -> bool:
    try:
        await _apply_when_possible(delivery.message, apply, stopping)
        await delivery.ack()
    except Poison as error:
        log.warning("message_rejected", message_id=delivery.message.id, reason=str(error))
        await delivery.reject(str(error))
    except Unavailable:
        raise
    except Exception:
        # Whatever the defect, the message must not be lost: it is tried again up to the delivery limit of the queue,
        # then lies among the dead letters, from where it can be replayed.
        log.exception("message_failed", message_id=delivery.message.id)
        await delivery.requeue()
        return False
    return True


async def _apply_when_possible(message: Message, apply: Apply, stopping: asyncio.Event) -> None:
    """Apply one message; hold it while the database or a peer is away.

    Giving it back would count towards the delivery limit, for it and for all that the prefetch brought with it: a
    database away for a minute would make dead letters of good messages.
    """
    while True:
        try:
            return await apply(message)
        except Unavailable as error:
            if stopping.is_set():
                raise
            log.warning("message_waits", message_id=message.id, reason=str(error))
            await wait_for_any(stopping, timeout_s=RETRY_S)


async def _apply(message: Message, database: Database, handle: EventHandler) -> None:
    event = decode_event(message.body)
    if event is None:
        return
    after: AfterCommit | None = None
    with (
        correlated(event.correlation_id),
        span(f"process {event.payload.type}", Kind.CONSUMER, parents=[event.traceparent]),
    ):
        async with database.transaction() as connection:
            if await is_new(connection, event):
                after = await handle(connection, event)
        if after is not None:
            await after()
