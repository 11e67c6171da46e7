"""The HTTP edge of the inventory."""

from kilowatch.devices.api import (
    assignments,
    broker_auth,
    credentials,
    devices,
    gateways,
    internal,
    on_behalf,
    personal_data,
    sites,
    tables,
)
from kilowatch.devices.api.context import DevicesContext
from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.service import joined

# Fixed paths such as /api/devices/export come before /api/devices/{device_id}: the first that fits answers.
PARTS = (
    tables,
    devices,
    sites,
    gateways,
    assignments,
    credentials,
    internal,
    on_behalf,
    personal_data,
    broker_auth,
)
router = joined(audit_router("devices", DevicesContext), *(part.router for part in PARTS))
