"""For other services: the whole published state, page by page."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from kilowatch.contracts.metering import MeterKind
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.devices.api.context import Devices, working
from kilowatch.devices.api.fields import MAX_ID
from kilowatch.devices.domain.device import published
from kilowatch.devices.handlers.work import Work, published_credentials
from kilowatch.kit.http import PeerService

router = APIRouter(include_in_schema=False)


@router.get("/internal/devices")
async def snapshot_of_devices(
    devices: Devices,
    _: PeerService,
    after: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> Response:
    async with working(devices) as work:
        records = await work.devices.after(after, limit)
        assignments = await work.access.effective(records, work.now)
    last = str(records[-1].id) if len(records) == limit else None
    return _json(Snapshot(tuple(published(record, assignments[record.id]) for record in records), last))


@router.get("/internal/credentials")
async def snapshot_of_credentials(
    devices: Devices,
    _: PeerService,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> Response:
    async with working(devices) as work:
        records = await work.credentials.after(after, limit)
        credentials = await published_credentials(work, records)
    last = str(records[-1].id) if len(records) == limit else None
    return _json(Snapshot(tuple(credentials), last))


@dataclass(frozen=True, slots=True)
class NamedDevice:
    id: int
    kind: MeterKind  #: as it is now


@router.get("/internal/devices/named")
async def devices_by_name(
    devices: Devices, _: PeerService, name: Annotated[list[str], Query(max_length=100)]
) -> dict[str, NamedDevice]:
    """The devices with these serial numbers, else ids; names of none are left out."""
    async with working(devices) as work:
        ids = await _ids_by_name(work, name)
        records = await work.devices.existing(list(ids.values()))
        kinds = {record.id: record.configuration_at(work.now).kind for record in records}
    return {each: NamedDevice(id_, kinds[id_]) for each, id_ in ids.items() if id_ in kinds}


async def _ids_by_name(work: Work, names: list[str]) -> dict[str, int]:
    sane = [name for name in names if "\x00" not in name]
    numbers = {name: int(name) for name in sane if name.isascii() and name.isdigit() and len(name) <= 18}
    return numbers | await work.devices.ids_by_serial_number(sane)


def _json(snapshot: Snapshot[object]) -> Response:
    # As events are: bytes in base64, times in RFC 3339.
    return Response(msgspec.json.encode(snapshot), media_type="application/json")
