"""Inbox: an event has its effect once, however often it is delivered."""

from datetime import timedelta
from typing import Final

from alembic import op
from sqlalchemy import Column, DateTime, MetaData, Table, Uuid, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import Event

#: Longer than anything that sends an event again can keep it.
KEPT: Final = timedelta(days=30)
#: About one event in so many sweeps out the old ones.
FORGET_EVERY: Final = 1000

inbox: Final = Table(
    "inbox",
    MetaData(),
    Column("event_id", Uuid, primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


def create_inbox() -> None:
    """For a service's first migration."""
    op.execute("CREATE TABLE inbox (event_id uuid PRIMARY KEY, handled_at timestamptz NOT NULL DEFAULT now())")


async def is_new(connection: AsyncConnection, event: Event) -> bool:
    """Note the event in the transaction; False when it has been handled before."""
    if event.id.int % FORGET_EVERY == 0:
        await connection.execute(delete(inbox).where(inbox.c.handled_at < func.now() - KEPT))
    statement = insert(inbox).values(event_id=event.id).on_conflict_do_nothing().returning(inbox.c.event_id)
    return await connection.scalar(statement) is not None
