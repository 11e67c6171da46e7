"""The ring as people look at it: who holds what, until when, and what moved when somebody came or went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

RECENT_CHANGES: Final = 20
RECENT_MOVES: Final = 100

_REPLICAS: Final = """
    SELECT id, name, standing, seen_at, extract(epoch FROM clock_timestamp() - seen_at)::float8 AS silent_s,
        (SELECT count(*) FROM lease WHERE replica_id = replica.id AND expires_at IS NOT NULL) AS holds
    FROM replica
    WHERE standing <> 'out' OR EXISTS (SELECT FROM lease WHERE replica_id = replica.id AND expires_at IS NOT NULL)
    ORDER BY name, id
"""
_LEASES: Final = """
    SELECT partition, epoch, expires_at, extract(epoch FROM expires_at - clock_timestamp())::float8 AS left_s,
        CASE WHEN expires_at IS NOT NULL THEN replica_id END AS replica_id,
        CASE WHEN expires_at IS NOT NULL THEN name END AS replica
    FROM lease LEFT JOIN replica ON replica.id = replica_id
    ORDER BY partition
"""
#: A partition that nobody had held before has not moved.
_CHANGES: Final = """
    SELECT at, replica_name AS replica, kind, members, expected,
        (SELECT count(*) FROM lease_move WHERE change_id = change.id AND from_replica IS NOT NULL) AS moved
    FROM membership_change AS change
    ORDER BY id DESC LIMIT :count
"""
_MOVES: Final = """
    SELECT at, partition, epoch, before.name AS previous, after.name AS replica, forced
    FROM lease_move
        LEFT JOIN replica AS before ON before.id = from_replica
        LEFT JOIN replica AS after ON after.id = to_replica
    ORDER BY lease_move.id DESC LIMIT :count
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaView:
    id: UUID
    name: str
    standing: str
    seen_at: datetime
    silent_s: float
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseView:
    partition: int
    epoch: int
    replica_id: UUID | None  #: None: nobody holds it
    replica: str | None
    expires_at: datetime | None
    left_s: float | None  #: negative: not proven for so long, and not taken by anybody yet


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A replica `joined`, `left` or was `lost`. `moved` grows until the distribution has settled."""

    at: datetime
    replica: str
    kind: str
    members: int  #: after it
    expected: int  #: partitions that had to move
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    at: datetime
    partition: int
    epoch: int
    previous: str | None
    replica: str | None
    forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RingView:
    replicas: Sequence[ReplicaView]
    leases: Sequence[LeaseView]
    changes: Sequence[ChangeView]  #: latest first
    moves: Sequence[MoveView]  #: latest first


async def ring_view(connection: AsyncConnection) -> RingView:
    return RingView(
        replicas=[ReplicaView(**row) for row in await _rows(connection, _REPLICAS)],
        leases=[LeaseView(**row) for row in await _rows(connection, _LEASES)],
        changes=[ChangeView(**row) for row in await _rows(connection, _CHANGES, count=RECENT_CHANGES)],
        moves=[MoveView(**row) for row in await _rows(connection, _MOVES, count=RECENT_MOVES)],
    )


async def _rows(connection: AsyncConnection, query: str, **parameters: int) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(text(query), parameters)).mappings()]
