"""What staff may see of the balancer, and ask of it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from kilowatch.balancer.api.context import Balancer
from kilowatch.balancer.domain.decoding import MAX_ID
from kilowatch.balancer.handlers import build_projection
from kilowatch.balancer.lanes import Lane
from kilowatch.contracts.routing import partition_queue
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.hashing import partition_of
from kilowatch.kit.http import Administrator, Staff

router = APIRouter(prefix="/api/balancer")


class Partition(BaseModel):
    partition: int
    queue: str
    devices: int
    depth: int | None
    """Batches ready in the queue; null while the broker does not say."""
    in_flight: int
    """Readings that wait in this balancer, or are on their way to the queue."""
    parked: bool
    """The queue refused or did not answer: senders are sent away for a moment."""


class Partitions(BaseModel):
    count: int
    devices: int
    partitions: list[Partition]


class Place(BaseModel):
    device_id: int
    partition: int
    queue: str


class ProjectionState(BaseModel):
    devices: int


@router.get("/partitions")
async def list_partitions(balancer: Balancer, _: Staff) -> Partitions:
    """The partitions as this balancer sees them. Who owns each is for monitoring to say."""
    lanes = list(balancer.intake.lanes)
    devices = balancer.intake.projection.directory.partitions.tolist()
    depths = await asyncio.gather(*(_depth(balancer, lane) for lane in lanes))
    listed = [
        Partition(
            partition=lane.partition,
            queue=partition_queue(lane.partition),
            devices=count,
            depth=depth,
            in_flight=lane.in_flight,
            parked=lane.parked,
        )
        for lane, count, depth in zip(lanes, devices, depths, strict=True)
    ]
    return Partitions(count=len(lanes), devices=sum(devices), partitions=listed)


async def _depth(balancer: Balancer, lane: Lane) -> int | None:
    try:
        async with asyncio.timeout(2):
            return await balancer.broker.depth(partition_queue(lane.partition))
    except (Unavailable, TimeoutError):
        return None


@router.get("/partitions/of/{device_id}")
async def find_partition(balancer: Balancer, _: Staff, device_id: Annotated[int, Path(ge=1, le=MAX_ID)]) -> Place:
    """Where the readings of a device go, whether it exists or not."""
    partition = partition_of(device_id, balancer.intake.settings.partitions)
    return Place(device_id=device_id, partition=partition, queue=partition_queue(partition))


@router.post("/devices/rebuild")
async def rebuild(balancer: Balancer, _: Administrator) -> ProjectionState:
    """Learn all devices and credentials anew from `devices`, as at the first start."""
    projection = balancer.intake.projection
    await build_projection(balancer.database, balancer.peers, balancer.intake.clock)
    await projection.refresh(balancer.database)
    return ProjectionState(devices=len(projection.directory))
