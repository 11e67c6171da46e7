"""The partitions as this balancer sees them."""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel

from kilowatch.balancer.api.context import BalancerContext
from kilowatch.balancer.lanes import Lane
from kilowatch.contracts.routing import partition_queue
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.errors import Unavailable

DEPTH_TIMEOUT_S = 2.0


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


async def partitions_of(balancer: BalancerContext) -> list[Partition]:
    lanes: Sequence[Lane] = list(balancer.intake.lanes)
    devices = balancer.intake.projection.directory.partitions.tolist()
    depths = await asyncio.gather(*(_depth(balancer.broker, lane.partition) for lane in lanes))
    return [
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


async def _depth(broker: Broker, partition: int) -> int | None:
    try:
        async with asyncio.timeout(DEPTH_TIMEOUT_S):
            return await broker.depth(partition_queue(partition))
    except (Unavailable, TimeoutError):
        return None
