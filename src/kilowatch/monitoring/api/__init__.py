"""The HTTP edge of the read side."""

from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.service import joined
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
router = joined(*(part.router for part in PARTS), audit_router("monitoring", MonitoringContext))
