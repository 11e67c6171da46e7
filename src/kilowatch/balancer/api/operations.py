"""What staff may see of the balancer, and ask of it."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from kilowatch.balancer.api import ring
from kilowatch.balancer.api.context import Balancer
from kilowatch.balancer.api.partitions import Partition, partitions_of
from kilowatch.balancer.domain.decoding import MAX_ID
from kilowatch.balancer.projection import build_projection
from kilowatch.contracts.routing import partition_queue
from kilowatch.kit.audit import Audit
from kilowatch.kit.hashing import partition_of
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff

router = APIRouter(prefix="/api/balancer")
router.include_router(ring.router)


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
    partitions = await partitions_of(balancer)
    return Partitions(
        count=len(partitions), devices=sum(partition.devices for partition in partitions), partitions=partitions
    )


@router.get("/partitions/of/{device_id}")
async def find_partition(balancer: Balancer, _: Staff, device_id: Annotated[int, Path(ge=1, le=MAX_ID)]) -> Place:
    """Where the readings of a device go, whether it exists or not."""
    partition = partition_of(device_id, balancer.intake.settings.partitions)
    return Place(device_id=device_id, partition=partition, queue=partition_queue(partition))


@router.post("/devices/rebuild")
async def rebuild(balancer: Balancer, _: Administrator, origin: SignedInOrigin) -> ProjectionState:
    """Learn all devices and credentials anew from `devices`, as at the first start."""
    projection = balancer.intake.projection
    await build_projection(balancer.database, balancer.peers, balancer.intake.clock)
    await projection.refresh(balancer.database)
    count = len(projection.directory)
    async with balancer.database.transaction() as connection:
        now = balancer.intake.clock()
        await Audit(connection, origin, now).record("devices.rebuilt", "projection/devices", count=count)
    return ProjectionState(devices=count)
