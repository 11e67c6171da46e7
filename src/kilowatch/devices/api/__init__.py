"""The HTTP edge of the inventory."""

from fastapi import APIRouter

from kilowatch.devices.api import assignments, credentials, devices, gateways, internal, sites

router = APIRouter()
# Fixed paths such as /api/devices/mine come before /api/devices/{device_id} inside each module.
for part in (devices, sites, gateways, assignments, credentials, internal):
    router.include_router(part.router)
