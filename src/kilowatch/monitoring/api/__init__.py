"""The HTTP edge of the read side."""

from fastapi import APIRouter

from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.problems import PROBLEMS
from kilowatch.monitoring.api import (
    alerts,
    completeness,
    corrections,
    leases,
    on_behalf,
    operations,
    outlook,
    personal_data,
    readings,
    rules,
    tariffs,
    usage,
)
from kilowatch.monitoring.api.context import MonitoringContext

router = APIRouter(responses=PROBLEMS)
PARTS = (
    usage,
    outlook,
    tariffs,
    readings,
    completeness,
    corrections,
    alerts,
    rules,
    operations,
    leases,
    on_behalf,
    personal_data,
)
for part in PARTS:
    router.include_router(part.router)
router.include_router(audit_router("monitoring", MonitoringContext))
