"""For staff: what was counted, what was put aside, and sending that in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query

from kilowatch.contracts.batch import RejectionReason
from kilowatch.kit.audit import Audit
from kilowatch.kit.http import Administrator, PeerService, SignedInOrigin, Staff
from kilowatch.monitoring.api.context import Monitoring, PathId, QueryId
from kilowatch.monitoring.store.operations import Counts, OperationsStore, RejectedFilter, RejectedReading

router = APIRouter(tags=["operations"])

REPLAY_TIMEOUT_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Tally:
    partitions: dict[int, Counts]
    total: Counts


@dataclass(frozen=True, slots=True)
class RejectedPage:
    items: Sequence[RejectedReading]
    next: int | None  #: `before` of the following page


@dataclass(frozen=True, slots=True)
class RejectedOfImport:
    total: int
    items: Sequence[RejectedReading]
    next: int | None  #: `before` of the following page


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of it this time. Rejected again, it is put aside again, under a new id."""

    accepted: bool
    reason: RejectionReason | None
    detail: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    devices: int


@router.get("/api/monitoring/tally")
async def show_tally(monitoring: Monitoring, _: Staff) -> Tally:
    async with monitoring.database.transaction() as connection:
        partitions = await OperationsStore(connection).tally()
    counts = partitions.values()
    total = Counts(
        received=sum(each.received for each in counts),
        accepted=sum(each.accepted for each in counts),
        duplicate=sum(each.duplicate for each in counts),
        rejected=sum(each.rejected for each in counts),
    )
    return Tally(partitions, total)


@router.get("/api/rejected-readings")
async def list_rejected(
    monitoring: Monitoring,
    _: Staff,
    device: QueryId | None = None,
    reason: RejectionReason | None = None,
    replayed: bool | None = None,
    before: QueryId | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> RejectedPage:
    """The newest first."""
    wanted = RejectedFilter(device_id=device, reason=reason, replayed=replayed)
    async with monitoring.database.transaction() as connection:
        found = await OperationsStore(connection).rejected(wanted, before, limit)
    return RejectedPage(found, found[-1].id if len(found) == limit else None)


@router.get("/internal/monitoring/rejected-of-import/{import_id}", include_in_schema=False)
async def list_rejected_of_import(
    monitoring: Monitoring,
    _: PeerService,
    import_id: UUID,
    before: QueryId | None = None,
    limit: Annotated[int, Query(ge=0, le=1000)] = 1000,
) -> RejectedOfImport:
    """For the report of the import: what was put aside here, of all that it has handed over."""
    async with monitoring.database.transaction() as connection:
        store = OperationsStore(connection)
        total = await store.count_of_import(str(import_id))
        found = await store.rejected(RejectedFilter(import_id=str(import_id)), before, limit) if limit else []
    return RejectedOfImport(total, found, found[-1].id if found and len(found) == limit else None)


@router.post("/api/rejected-readings/{rejected_id}/replay")
async def replay(monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, rejected_id: PathId) -> Replayed:
    """Send a rejected reading through the balancer again, now that the device is known or active, say.

    Twice does no harm: a reading that is there already counts nothing.
    """
    async with monitoring.database.transaction() as connection:
        rejected = await OperationsStore(connection).get_rejected(rejected_id)
    answer = await monitoring.peers.post_json(
        "balancer", "/internal/balancer/replay", {"reading": rejected.raw}, timeout_s=REPLAY_TIMEOUT_S
    )
    # Marked afterwards: what is marked has been sent. A crash in between leaves it to be sent once more.
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        await OperationsStore(connection).mark_replayed(rejected_id, now)
        await Audit(connection, origin, now).record("reading.replayed", f"rejected-reading/{rejected_id}")
    return msgspec.convert(answer, Replayed)


@router.post("/api/monitoring/devices/rebuild")
async def rebuild_devices(monitoring: Monitoring, _: Administrator, origin: SignedInOrigin) -> Rebuilt:
    """Read the state of all devices anew, as after a restore of one database and not the other."""
    count = await monitoring.snapshot.rebuild()
    async with monitoring.database.transaction() as connection:
        await Audit(connection, origin, monitoring.clock()).record("devices.rebuilt", "projection/devices", count=count)
    return Rebuilt(count)
