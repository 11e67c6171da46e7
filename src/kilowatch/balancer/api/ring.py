"""`GET /api/balancer/ring`: devices → partitions → replicas, all of it on one page."""

from datetime import datetime
from math import ceil
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from kilowatch.balancer.api.context import Balancer
from kilowatch.balancer.api.partitions import Partition, partitions_of
from kilowatch.kit.http import Staff

router = APIRouter()


class Lease(BaseModel):
    partition: int
    epoch: int
    """Grows each time that the partition changes hands."""
    replica_id: UUID | None
    replica: str | None
    """Who consumes the partition; null: nobody at the moment."""
    expires_at: datetime | None
    left_s: float | None
    """Negative: not proven for so long, and not taken over yet."""


class Member(BaseModel):
    id: UUID
    name: str
    standing: str
    seen_at: datetime
    silent_s: float
    holds: int


class Change(BaseModel):
    """A replica `joined`, `left` or was `lost`."""

    at: datetime
    replica: str
    kind: str
    members: int
    """After it."""
    expected: int
    """Partitions that had to move."""
    moved: int
    """Partitions that did; it grows until the distribution has settled."""


class Move(BaseModel):
    at: datetime
    partition: int
    epoch: int
    previous: str | None
    replica: str | None
    forced: bool
    """Taken from somebody who had not given it."""


class RingPartition(Partition, Lease):
    """A partition with its queue and its lease."""


class Ring(BaseModel):
    cap: int
    """The most partitions that a member holds."""
    partitions: list[RingPartition]
    members: list[Member]
    changes: list[Change]
    """Latest first."""
    moves: list[Move]
    """Latest first."""


class _Leases(BaseModel):
    """What monitoring answers."""

    replicas: list[Member]
    leases: list[Lease]
    changes: list[Change]
    moves: list[Move]


@router.get("/ring")
async def show_ring(balancer: Balancer, _: Staff) -> Ring:
    """Who consumes which partition, how far behind it is, and what moved when somebody came or went.

    503 while monitoring does not answer; `/api/balancer/partitions` does not need it.
    """
    leases = _Leases.model_validate(await balancer.peers.get_json("monitoring", "/internal/leases"))
    partitions = await partitions_of(balancer)
    members = sum(replica.standing == "member" for replica in leases.replicas)
    return Ring(
        cap=ceil(len(partitions) / max(members, 1)),
        partitions=_joined(partitions, leases.leases),
        members=leases.replicas,
        changes=leases.changes,
        moves=leases.moves,
    )


def _joined(partitions: list[Partition], leases: list[Lease]) -> list[RingPartition]:
    """A partition without a lease has not been seen by any replica yet."""
    by_partition = {lease.partition: lease for lease in leases}
    return [
        RingPartition(**partition.model_dump() | by_partition.get(partition.partition, _none(partition)).model_dump())
        for partition in partitions
    ]


def _none(partition: Partition) -> Lease:
    return Lease(partition=partition.partition, epoch=0, replica_id=None, replica=None, expires_at=None, left_s=None)
