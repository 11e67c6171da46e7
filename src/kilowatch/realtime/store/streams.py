"""Streams of durable frames: stored once, numbered for each person they are for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.errors import Unavailable
from kilowatch.realtime.domain.frames import Position
from kilowatch.realtime.domain.resuming import MAX_MISSED, StoredFrame

#: In the order of their ids, so that two that add to the same streams never wait for each other.
_ADD: Final = text("""
    WITH recipient AS (
        SELECT user_id, channels
        FROM unnest(CAST(:users AS uuid[]), CAST(:channels AS text[])) AS recipient (user_id, channels)
    ), moved AS (
        INSERT INTO stream (user_id, epoch, sequence)
        SELECT user_id, gen_random_uuid(), 1 FROM recipient ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE SET sequence = stream.sequence + 1, moved_at = clock_timestamp()
        RETURNING user_id, sequence
    )
    INSERT INTO delivery (user_id, sequence, frame_id, channels)
    SELECT user_id, sequence, :frame, channels FROM moved JOIN recipient USING (user_id)
    RETURNING user_id, sequence, channels
""")

#: A stream begins when somebody looks, so that they can go on from before its first frame.
_BEGIN: Final = text("""
    INSERT INTO stream (user_id, epoch, sequence)
    SELECT user_id, gen_random_uuid(), 0 FROM (SELECT DISTINCT unnest(CAST(:users AS uuid[])) AS user_id) AS looking
    WHERE NOT EXISTS (SELECT FROM stream WHERE stream.user_id = looking.user_id)
    ORDER BY user_id ON CONFLICT DO NOTHING
""")

_MISSED: Final = text(f"""
    SELECT asked.place, stream.epoch, stream.sequence AS newest, missed.sequence, missed.channels, missed.body
    FROM unnest(CAST(:users AS uuid[]), CAST(:after AS bigint[])) WITH ORDINALITY AS asked (user_id, after, place)
    JOIN stream ON stream.user_id = asked.user_id
    LEFT JOIN LATERAL (
        SELECT delivery.sequence, delivery.channels, frame.body
        FROM delivery JOIN frame ON frame.id = delivery.frame_id
        WHERE delivery.user_id = asked.user_id AND delivery.sequence > asked.after
        ORDER BY delivery.sequence LIMIT {MAX_MISSED}
    ) AS missed ON true
    ORDER BY asked.place, missed.sequence
""")  # noqa: S608  made of our own constant


@dataclass(frozen=True, slots=True)
class Numbered:
    """A frame's place in one person's stream."""

    user_id: UUID
    sequence: int
    channels: str  #: joined


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame before it is numbered."""

    id: UUID
    body: str
    about: Collection[UUID]  #: who is named in it


async def add_frame(connection: AsyncConnection, frame: Frame, recipients: Mapping[UUID, str]) -> Sequence[Numbered]:
    """Store a frame and give it the next number of each recipient's stream."""
    statement = text(
        "INSERT INTO frame (id, body, about) VALUES (:id, :body, CAST(:about AS uuid[])) ON CONFLICT DO NOTHING"
    )
    await connection.execute(statement, {"id": frame.id, "body": frame.body, "about": list(frame.about)})
    values = {"users": list(recipients), "channels": list(recipients.values()), "frame": frame.id}
    return [Numbered(*row) for row in await connection.execute(_ADD, values)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody has seen of their stream: all frames up to this number."""

    user_id: UUID
    after: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Where a stream is now, and its frames after the number that was asked, as one moment saw them."""

    now: Position
    frames: Sequence[StoredFrame]


async def missed_after(connection: AsyncConnection, asked: Sequence[Asked]) -> list[Missed]:
    """In the order of `asked`; one person may be there several times. Raises `Unavailable`."""
    users = [each.user_id for each in asked]
    await connection.execute(_BEGIN, {"users": users})
    rows = await connection.execute(_MISSED, {"users": users, "after": [each.after for each in asked]})
    found = [_missed(list(of_one)) for _, of_one in groupby(rows, attrgetter("place"))]
    if len(found) < len(asked):
        raise Unavailable("A stream has ended this moment; try again.")
    return found


def _missed(rows: Sequence[Any]) -> Missed:
    frames = [StoredFrame(row.sequence, row.channels, row.body) for row in rows if row.sequence is not None]
    return Missed(Position(rows[0].epoch, rows[0].newest), frames)


async def newest(connection: AsyncConnection, user_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The number of the newest frame in each of these streams."""
    statement = text("SELECT user_id, sequence FROM stream WHERE user_id = ANY(CAST(:users AS uuid[]))")
    rows = await connection.execute(statement, {"users": list(user_ids)})
    return {row.user_id: row.sequence for row in rows}


async def moved_lately(connection: AsyncConnection, seconds: float) -> Mapping[UUID, int]:
    """The number of the newest frame in each stream that has got one lately."""
    statement = text("SELECT user_id, sequence FROM stream WHERE moved_at > now() - make_interval(secs => :seconds)")
    rows = await connection.execute(statement, {"seconds": seconds})
    return {row.user_id: row.sequence for row in rows}


async def end_stream(connection: AsyncConnection, user_id: UUID) -> None:
    """Its frames are not shown again: who comes back begins another."""
    await connection.execute(text("DELETE FROM stream WHERE user_id = :user"), {"user": user_id})


async def forget_about(connection: AsyncConnection, user_id: UUID) -> None:
    """Whoever has not seen these frames yet finds a gap in their stream, and loads anew."""
    statement = text("DELETE FROM frame WHERE about <> '{}' AND about @> ARRAY[CAST(:user AS uuid)]")
    await connection.execute(statement, {"user": user_id})


async def forget_before(connection: AsyncConnection, moment: datetime) -> None:
    await connection.execute(text("DELETE FROM frame WHERE created_at < :moment"), {"moment": moment})
