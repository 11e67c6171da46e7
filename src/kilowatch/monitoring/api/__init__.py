"""The HTTP edge of the read side."""

from fastapi import APIRouter

from kilowatch.kit.audit_routes import audit_router
from kilowatch.monitoring.api import (
    alerts,
    completeness,
    corrections,
    leases,
    operations,
    outlook,
    personal_data,
    readings,
    tariffs,
    usage,
)
from kilowatch.monitoring.api.context import MonitoringContext

router = APIRouter()
for part in (usage, outlook, tariffs, readings, completeness, corrections, alerts, operations, leases, personal_data):
    router.include_router(part.router)
router.include_router(audit_router("monitoring", MonitoringContext))
