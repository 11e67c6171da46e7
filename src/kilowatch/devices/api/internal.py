"""For other services: the whole published state, page by page."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from kilowatch.contracts.snapshots import Snapshot
from kilowatch.devices.api.context import Devices, working
from kilowatch.devices.api.fields import MAX_ID
from kilowatch.devices.domain.device import published
from kilowatch.devices.handlers.work import published_credentials
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


def _json(snapshot: Snapshot[object]) -> Response:
    # As events are: bytes in base64, times in RFC 3339.
    return Response(msgspec.json.encode(snapshot), media_type="application/json")
