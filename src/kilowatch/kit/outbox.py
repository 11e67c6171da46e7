"""Transactional outbox: a state change and the event that tells of it are committed together, or neither is.

One relay per database is at work at a time (advisory lock). NOTIFY wakes it; it publishes, and deletes a row once the
broker has confirmed it. A crash in between publishes the row again under the same id, which consumers recognise.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final
from uuid import UUID, uuid4

from alembic import op
from sqlalchemy import BigInteger, Column, Identity, LargeBinary, MetaData, Row, Table, Text, Uuid, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import Event, Payload
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import SlowDown, Unavailable
from kilowatch.kit.events import encode_event, event_message
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import correlation_id, logger

log = logger(__name__)

CHANNEL: Final = "outbox"
BATCH: Final = 200
#: A NOTIFY can be missed while the listening connection is replaced; the relay looks anyway this often.
POLL_S: Final = 2.0
RETRY_S: Final = 0.5

outbox = Table(
    "outbox",
    MetaData(),
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


def create_outbox() -> None:
    """For a service's first migration."""
    op.execute(
        "CREATE TABLE outbox (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " id uuid NOT NULL, type text NOT NULL, body bytea NOT NULL)"
    )


class Outbox:
    """Puts events into the transaction of `connection`."""

    def __init__(self, connection: AsyncConnection, *, source: str, clock: Clock) -> None:
        self._connection = connection
        self._source = source
        self._clock = clock

    async def add(self, *payloads: Payload) -> None:
        if not payloads:
            return
        events = [new_event(payload, source=self._source, clock=self._clock) for payload in payloads]
        await self._connection.execute(outbox.insert(), [outbox_row(event) for event in events])
        await self._connection.execute(text(f"NOTIFY {CHANNEL}"))


def new_event(payload: Payload, *, source: str, clock: Clock) -> Event:
    return Event(id=uuid4(), source=source, time=clock(), payload=payload, correlation_id=correlation_id.get())


def outbox_row(event: Event) -> dict[str, Any]:
    return {"id": event.id, "type": event.payload.type, "body": encode_event(event)}


def relay(database: Database, broker: Broker) -> Job:
    """The job that carries the outbox of `database` to the broker."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            with suppress(Unavailable):
                await _relay_while_connected(database, broker, stopping)
            await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


async def _relay_while_connected(database: Database, broker: Broker, stopping: asyncio.Event) -> None:
    wake = asyncio.Event()
    async with database.session() as connection:
        if not await connection.scalar(text("SELECT pg_try_advisory_lock(hashtext('kilowatch/outbox'))")):
            await wait_for_any(stopping, timeout_s=POLL_S)
            return
        await connection.commit()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.add_listener(CHANNEL, lambda *_: wake.set())
        while not stopping.is_set():
            wake.clear()
            if await _publish_batch(connection, broker) < BATCH:
                await wait_for_any(wake, stopping, timeout_s=POLL_S)


async def _publish_batch(connection: AsyncConnection, broker: Broker) -> int:
    """Publish the oldest rows and delete those that are safe. Returns how many there were."""
    async with connection.begin():
        rows = (await connection.execute(select(outbox).order_by(outbox.c.sequence).limit(BATCH))).all()
    outcomes = await asyncio.gather(*(_publish(broker, row) for row in rows))
    safe = [row.sequence for row, published in zip(rows, outcomes, strict=True) if published]
    if safe:
        async with connection.begin():
            await connection.execute(delete(outbox).where(outbox.c.sequence.in_(safe)))
    if len(safe) < len(rows):
        log.warning("outbox_held_back", waiting=len(rows) - len(safe))
        await asyncio.sleep(RETRY_S)
    return len(rows)


async def _publish(broker: Broker, row: Row[Any]) -> bool:
    event_id: UUID = row.id
    try:
        await broker.publish(EVENTS, event_message(event_id, row.type, row.body))
    except (Unavailable, SlowDown):
        return False
    return True
