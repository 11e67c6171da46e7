"""Who consumes which partition: for staff, and for the balancer's view of the ring."""

from fastapi import APIRouter

from kilowatch.kit.http import PeerService, Staff
from kilowatch.monitoring.api.context import Monitoring
from kilowatch.monitoring.leases.ring import RingView, ring_view

router = APIRouter(tags=["operations"])


@router.get("/api/monitoring/leases")
async def show_leases(monitoring: Monitoring, _: Staff) -> RingView:
    async with monitoring.database.transaction() as connection:
        return await ring_view(connection)


@router.get("/internal/leases", include_in_schema=False)
async def leases(monitoring: Monitoring, _: PeerService) -> RingView:
    async with monitoring.database.transaction() as connection:
        return await ring_view(connection)
