"""The HTTP edge of the inventory."""

from fastapi import APIRouter

from kilowatch.devices.api import assignments, broker_auth, credentials, devices, gateways, internal, sites, tables

router = APIRouter()
# Fixed paths such as /api/devices/export come before /api/devices/{device_id}: the first that fits answers.
for part in (tables, devices, sites, gateways, assignments, credentials, internal, broker_auth):
    router.include_router(part.router)
