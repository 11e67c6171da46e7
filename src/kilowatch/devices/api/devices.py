"""Devices: the registry for staff, and my devices for everybody."""

from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import Direction, MeterConfiguration, MeterKind
from kilowatch.devices.api.answers import DeviceAnswer, MyDeviceAnswer, for_staff, for_user
from kilowatch.devices.api.context import Devices, IfMatch, etag, working
from kilowatch.devices.api.fields import (
    Body,
    Description,
    EnergyKwh,
    GapSeconds,
    Id,
    IntervalSeconds,
    Limit,
    Offset,
    PathId,
    Place,
    PowerW,
    Search,
    SerialNumber,
    Version,
)
from kilowatch.devices.domain.device import DeviceEdit, Particulars
from kilowatch.devices.domain.timeline import default_max_gap_s
from kilowatch.devices.handlers import inventory
from kilowatch.devices.handlers.work import Work
from kilowatch.devices.store.inventory import DeviceSort, Order, Wanted
from kilowatch.kit.errors import NotFound
from kilowatch.kit.fields import Moment, Name, ZoneName
from kilowatch.kit.http import Administrator, SignedIn, SignedInOrigin, Staff
from kilowatch.kit.paging import Page

router = APIRouter(tags=["devices"])

_METERING: Final = {"kind", "interval_s", "max_gap_s", "max_power_w", "modulus_kwh"}
_MAY_BE_CLEARED: Final = {"serial_number", "hourly_limit_kwh", "site_id", "parent_id", "modulus_kwh"}


class NewDeviceBody(Body):
    name: Name
    time_zone: ZoneName
    kind: MeterKind
    description: Description = ""
    location: Place = ""
    serial_number: SerialNumber = None
    direction: Direction = Direction.CONSUMPTION
    hourly_limit_kwh: EnergyKwh | None = None
    site_id: Id | None = None
    parent_id: Id | None = None
    active: bool = True
    interval_s: IntervalSeconds = 900
    max_gap_s: GapSeconds | None = None
    max_power_w: PowerW = 100_000.0
    modulus_kwh: EnergyKwh | None = None

    def particulars(self) -> Particulars:
        return Particulars(**self.model_dump(exclude=_METERING))

    def configuration(self, valid_from: Moment) -> MeterConfiguration:
        values = self.model_dump(include=_METERING)
        values["max_gap_s"] = self.max_gap_s or default_max_gap_s(self.interval_s)
        return MeterConfiguration(valid_from=valid_from, **values)


class DeviceEditBody(Body):
    """What changes. A field that is absent stays; null clears those that may be empty, and leaves the others.

    `kind`, `interval_s`, `max_gap_s`, `max_power_w` and `modulus_kwh` hold from `valid_from` on, which is now unless an
    earlier moment is given: then the usage since that moment is counted again.
    """

    version: Version | None = None
    name: Name | None = None
    time_zone: ZoneName | None = None
    description: Description | None = None
    location: Place | None = None
    serial_number: SerialNumber = None
    direction: Direction | None = None
    hourly_limit_kwh: EnergyKwh | None = None
    site_id: Id | None = None
    parent_id: Id | None = None
    active: bool | None = None
    valid_from: Moment | None = None
    kind: MeterKind | None = None
    interval_s: IntervalSeconds | None = None
    max_gap_s: GapSeconds | None = None
    max_power_w: PowerW | None = None
    modulus_kwh: EnergyKwh | None = None

    def edit(self) -> DeviceEdit:
        given = self.model_dump(exclude_unset=True, exclude={"version", "valid_from"})
        changes = {name: value for name, value in given.items() if value is not None or name in _MAY_BE_CLEARED}
        return DeviceEdit(
            particulars={name: value for name, value in changes.items() if name not in _METERING},
            metering={name: value for name, value in changes.items() if name in _METERING},
            valid_from=self.valid_from,
        )


class WantedQuery(Body):
    search: Search = ""
    kind: MeterKind | None = None
    direction: Direction | None = None
    active: bool | None = None
    site_id: Id | None = None
    gateway_id: Id | None = None
    user_id: UUID | None = None
    assigned: bool | None = None
    sort: DeviceSort = DeviceSort.NAME
    order: Order = Order.ASCENDING
    offset: Offset = 0
    limit: Limit = 50

    def wanted(self) -> Wanted:
        return Wanted(**self.model_dump())


@router.get("/api/devices")
async def list_devices(devices: Devices, _: Staff, query: Annotated[WantedQuery, Query()]) -> Page[DeviceAnswer]:
    async with working(devices) as work:
        records, total = await work.devices.page(query.wanted(), work.now)
        return Page(await for_staff(work, records), total)


@router.post("/api/devices", status_code=HTTPStatus.CREATED)
async def register_device(
    devices: Devices, _: Administrator, origin: SignedInOrigin, body: NewDeviceBody, response: Response
) -> DeviceAnswer:
    async with working(devices, origin) as work:
        record = await inventory.register(work, body.particulars(), body.configuration(work.now))
        response.headers.update(etag(record.version) | {"Location": f"/api/devices/{record.id}"})
        return (await for_staff(work, [record]))[0]


@router.get("/api/devices/mine")
async def list_my_devices(devices: Devices, me: SignedIn) -> list[MyDeviceAnswer]:
    """The devices that I may see: those assigned to me, and those at my sites."""
    async with working(devices) as work:
        return await for_user(work, me.user_id, await work.devices.seen_by(me.user_id, work.now))


@router.get("/api/devices/{device_id}")
async def show_device(
    devices: Devices, asking: SignedIn, device_id: PathId, response: Response
) -> DeviceAnswer | MyDeviceAnswer:
    """All of it for staff; a client sees what concerns them, and of the devices of others nothing, not even a 403."""
    async with working(devices) as work:
        record = await work.devices.get(device_id)
        response.headers.update(etag(record.version))
        if asking.role is not Role.CLIENT:
            return (await for_staff(work, [record]))[0]
        return await _mine(work, asking.user_id, device_id)


@router.patch("/api/devices/{device_id}")
async def edit_device(
    devices: Devices,
    _: Administrator,
    origin: SignedInOrigin,
    device_id: PathId,
    body: DeviceEditBody,
    seen: IfMatch,
    response: Response,
) -> DeviceAnswer:
    async with working(devices, origin) as work:
        record = await inventory.edit(work, device_id, body.edit(), body.version or seen)
        response.headers.update(etag(record.version))
        return (await for_staff(work, [record]))[0]


@router.delete("/api/devices/{device_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_device(
    devices: Devices, _: Administrator, origin: SignedInOrigin, device_id: PathId, seen: IfMatch
) -> None:
    async with working(devices, origin) as work:
        await inventory.delete(work, device_id, seen)


async def _mine(work: Work, user_id: UUID, device_id: int) -> MyDeviceAnswer:
    mine = await for_user(work, user_id, await work.devices.seen_by(user_id, work.now))
    found = next((device for device in mine if device.id == device_id), None)
    if found is None:
        raise NotFound("There is no such device.")
    return found
