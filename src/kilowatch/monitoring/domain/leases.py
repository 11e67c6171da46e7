"""Who should hold which partition, and who has forfeited what they hold.

Judged from one reading of the database (`Ring`) whose times all come from the database's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kilowatch.kit.hashing import assign


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to consume a partition. Its epoch has grown by one at every change of holder."""

    partition: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Replica:
    """One run of a process. Its name stays over restarts; of two with one name the older is a dead predecessor."""

    id: UUID
    name: str


class Standing(StrEnum):
    MEMBER = "member"
    LEAVING = "leaving"  #: is given nothing more, and gives what it holds
    OUT = "out"


@dataclass(frozen=True, slots=True)
class ReplicaRow:
    replica: Replica
    standing: Standing
    connected: bool  #: the backend of its heartbeat exists
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class LeaseRow:
    lease: Lease
    holder: UUID | None  #: or the last one, when it is released
    expires_at: datetime | None  #: None: released


@dataclass(frozen=True, slots=True)
class Ring:
    now: datetime
    replicas: Sequence[ReplicaRow]
    leases: Sequence[LeaseRow]

    @property
    def members(self) -> set[UUID]:
        return {row.replica.id for row in self.replicas if row.standing is Standing.MEMBER}

    @property
    def holders(self) -> dict[int, UUID]:
        """Partition → who holds it. What nobody holds is free, and what somebody holds who is out."""
        within = {row.replica.id for row in self.replicas if row.standing is not Standing.OUT}
        return {
            row.lease.partition: row.holder
            for row in self.leases
            if row.expires_at is not None and row.holder is not None and row.holder in within
        }

    def leases_of(self, replica: UUID) -> dict[int, Lease]:
        """Also of one that is out, as long as nobody has taken them."""
        mine = (row.lease for row in self.leases if row.holder == replica and row.expires_at is not None)
        return {lease.partition: lease for lease in mine}


@dataclass(frozen=True, slots=True)
class Observer:
    """A member that judges the others."""

    replica: Replica
    steady_since: datetime  #: silence before is not held against anybody: it may have been the database's, or our own
    lease: timedelta
    gone: timedelta

    def forfeits(self, other: ReplicaRow, ring: Ring) -> bool:
        """Whether another replica has lost its place, and with it every lease."""
        if not other.connected and other.replica.name == self.replica.name:
            return True
        silence = ring.now - max(other.seen_at, self.steady_since)
        patience = self.lease if other.connected else self.gone
        return silence > patience or self._has_expired_lease(other.replica.id, ring)

    def _has_expired_lease(self, other: UUID, ring: Ring) -> bool:
        """It is seen, yet does not prove that it consumes."""
        since = self.steady_since + self.lease
        return any(
            row.holder == other and row.expires_at is not None and ring.now > max(row.expires_at, since)
            for row in ring.leases
        )


def forfeiting(ring: Ring, observer: Observer) -> list[ReplicaRow]:
    me = observer.replica.id
    others = (row for row in ring.replicas if row.standing is not Standing.OUT and row.replica.id != me)
    return [row for row in others if observer.forfeits(row, ring)]


@dataclass(frozen=True, slots=True)
class Plan:
    take: Sequence[LeaseRow]
    keep: Sequence[Lease]
    give: Sequence[Lease]


def plan(ring: Ring, member: UUID) -> Plan:
    """What a member has to do. Whoever gives releases first; only what is free is taken."""
    holders = ring.holders
    wanted = assign([row.lease.partition for row in ring.leases], ring.members, holders)
    mine = {row.lease.partition for row in ring.leases if wanted.get(row.lease.partition) == member}
    held = ring.leases_of(member).values()
    return Plan(
        take=[row for row in ring.leases if row.lease.partition in mine - holders.keys()],
        keep=[lease for lease in held if lease.partition in mine],
        give=[lease for lease in held if lease.partition not in mine],
    )
