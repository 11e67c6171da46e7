"""What other services ask in the name of a person; see `kit.on_behalf`."""

from uuid import UUID

from fastapi import APIRouter

from kilowatch.devices.api.answers import MyDeviceAnswer
from kilowatch.devices.api.context import Devices
from kilowatch.devices.api.devices import list_my_devices
from kilowatch.kit.http import PeerService
from kilowatch.kit.on_behalf import as_client

router = APIRouter(include_in_schema=False)


@router.get("/internal/devices/of/{user_id}")
async def devices_of(devices: Devices, _: PeerService, user_id: UUID) -> list[MyDeviceAnswer]:
    return await list_my_devices(devices, as_client(user_id))
