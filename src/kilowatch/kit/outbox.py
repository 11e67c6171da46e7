"""Transactional outbox: a state change and the event that tells of it are committed together, or neither is.

One relay per database is at work at a time (advisory lock). NOTIFY wakes it; it publishes, and deletes a row once the
broker has confirmed it. A crash in between publishes the row again under the same id, which consumers recognise.

An event that no queue is bound for waits a minute, for a consumer that is starting, and is then forgotten: whoever
comes later starts from a snapshot. Kept for ever, such events would stand before all others.
"""

import asyncio
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from alembic import op
from prometheus_client import Gauge
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import Event, Payload
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.port import Broker, Unroutable
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database, listen
from kilowatch.kit.errors import SlowDown, Unavailable
from kilowatch.kit.events import encode_event, event_message
from kilowatch.kit.locks import try_lock
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import finish, wait_for_any
from kilowatch.kit.telemetry import correlation_id, logger, new_correlation_id
from kilowatch.kit.tracing import traceparent

log = logger(__name__)

HELD_BACK = Gauge("kilowatch_outbox_held_back", "Events that could not be published at the last look", ["database"])

CHANNEL: Final = "outbox"
LOCK: Final = "outbox"
BATCH: Final = 200
#: A NOTIFY can be missed while the listening connection is replaced; the relay looks anyway this often.
POLL_S: Final = 2.0
RETRY_S: Final = 0.5
#: In process who handles an event confirms it, and may have stopped before us: the row stays, for the next relay.
LAST_CONFIRM_S: Final = 0.5
#: Age in the database's clock at which an event that nobody listens to is forgotten.
UNHEARD_AFTER_S: Final = 60.0

outbox = Table(
    "outbox",
    MetaData(),
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


def create_outbox() -> None:
    """For a service's first migration."""
    op.execute(
        "CREATE TABLE outbox (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " id uuid NOT NULL, type text NOT NULL, body bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now())"
    )


class Outbox:
    """Puts events into the transaction of `connection`."""

    def __init__(self, connection: AsyncConnection, *, source: str, clock: Clock) -> None:
        self._connection = connection
        self._source = source
        self._clock = clock

    async def add(self, *payloads: Payload, correlation: str = "") -> None:
        """`correlation`: of whom it goes back to, where that is not who is served now."""
        if not payloads:
            return
        events = [
            new_event(payload, source=self._source, clock=self._clock, correlation=correlation) for payload in payloads
        ]
        await self._connection.execute(outbox.insert(), [outbox_row(event) for event in events])
        await self._connection.execute(text(f"NOTIFY {CHANNEL}"))


def new_event(payload: Payload, *, source: str, clock: Clock, correlation: str = "") -> Event:
    return Event(
        id=uuid4(),
        source=source,
        time=clock(),
        payload=payload,
        # What no request or reading has led to, time has.
        correlation_id=correlation or correlation_id.get() or new_correlation_id(),
        traceparent=traceparent(),
    )


def outbox_row(event: Event) -> dict[str, Any]:
    return {"id": event.id, "type": event.payload.type, "body": encode_event(event)}


def relay(database: Database, broker: Broker, *, unheard_after_s: float = UNHEARD_AFTER_S) -> Job:
    """The job that carries the outbox of `database` to the broker."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await _Relay(database, broker, unheard_after_s).run_while_connected(stopping)
            except Unavailable as error:
                log.warning("outbox_waits", reason=str(error))
            await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


class _Relay:
    def __init__(self, database: Database, broker: Broker, unheard_after_s: float) -> None:
        self._database = database
        self._broker = broker
        self._unheard_after_s = unheard_after_s
        self._held_back = 0

    async def run_while_connected(self, stopping: asyncio.Event) -> None:
        """Publish until `stopping`; returns early when another relay has the lock. Raises `Unavailable`."""
        async with self._database.session() as connection:
            if await try_lock(connection, LOCK):
                await self._publish_all(connection, stopping)
                return
        await wait_for_any(stopping, timeout_s=POLL_S)

    async def _publish_all(self, connection: AsyncConnection, stopping: asyncio.Event) -> None:
        wake = asyncio.Event()
        await listen(connection, CHANNEL, wake)
        while not stopping.is_set():
            wake.clear()
            found = await self._publish_batch(connection, stopping)
            if self._held_back:
                await wait_for_any(stopping, timeout_s=RETRY_S)
            elif found < BATCH:
                await wait_for_any(wake, stopping, timeout_s=POLL_S)

    async def _publish_batch(self, connection: AsyncConnection, stopping: asyncio.Event) -> int:
        """Publish the oldest rows and delete those that are safe. Returns how many rows there were."""
        async with connection.begin():
            rows = (await connection.execute(self._oldest())).all()
        outcomes = await asyncio.gather(*(self._publish(row, stopping) for row in rows))
        done = [row.sequence for row, is_done in zip(rows, outcomes, strict=True) if is_done]
        if done:
            async with connection.begin():
                await connection.execute(delete(outbox).where(outbox.c.sequence.in_(done)))
        self._report(len(rows) - len(done))
        return len(rows)

    def _oldest(self) -> Select[Any]:
        is_old = outbox.c.created_at < func.now() - timedelta(seconds=self._unheard_after_s)
        return select(outbox, is_old.label("is_old")).order_by(outbox.c.sequence).limit(BATCH)

    async def _publish(self, row: Row[Any], stopping: asyncio.Event) -> bool:
        """Whether the row has done its work."""
        event_id: UUID = row.id
        try:
            publishing = self._broker.publish(EVENTS, event_message(event_id, row.type, row.body))
            await finish(publishing, stopping, grace_s=LAST_CONFIRM_S)
        except Unroutable:
            if row.is_old:
                log.info("event_unheard", type=row.type, event_id=str(event_id))
            return bool(row.is_old)
        except (Unavailable, SlowDown, TimeoutError):
            return False
        return True

    def _report(self, held_back: int) -> None:
        HELD_BACK.labels(self._database.engine.url.database).set(held_back)
        if held_back and not self._held_back:
            log.warning("outbox_held_back", waiting=held_back)
        self._held_back = held_back
