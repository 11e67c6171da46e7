"""Rows that are kept for a time only."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Column, ColumnElement, Table, delete, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.store.tables import batch, rejected_reading


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows of `table` are taken away when what `dated` says is longer ago than `kept`."""

    table: Table
    dated: Column[object]
    kept: timedelta


def batches(kept: timedelta) -> Shelf:
    return Shelf(batch, batch.c.committed_at, kept)


def rejected_readings(kept: timedelta) -> Shelf:
    return Shelf(rejected_reading, rejected_reading.c.received_at, kept)


async def take_away(connection: AsyncConnection, shelf: Shelf, at_most: int) -> int:
    """How many there were."""
    row: ColumnElement[object] = literal_column("ctid")
    # Another replica may be at the same; each takes what the other has not locked.
    old = select(row).select_from(shelf.table).where(shelf.dated < func.now() - shelf.kept)
    chunk = old.limit(at_most).with_for_update(skip_locked=True)
    return (await connection.execute(delete(shelf.table).where(row.in_(chunk)))).rowcount
