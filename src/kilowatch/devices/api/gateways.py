"""Gateways and the devices that they send for."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Response
from pydantic import Field

from kilowatch.devices.api.context import Devices, IfMatch, etag, working
from kilowatch.devices.api.fields import Body, Description, Id, Limit, Offset, PathId, Search, Version
from kilowatch.devices.domain.gateway import GatewayRecord
from kilowatch.devices.handlers import gateways
from kilowatch.kit.fields import Name
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.kit.paging import Page

router = APIRouter(tags=["gateways"])

#: As many as fit into a request; an import adds more (`gateway_id`).
DeviceIds: TypeAlias = Annotated[set[Id], Field(max_length=50_000)]


class NewGatewayBody(Body):
    name: Name
    description: Description = ""
    device_ids: DeviceIds = Field(default_factory=set)


class GatewayEditBody(Body):
    """What changes. A field that is absent or null stays as it is; `device_ids` replaces the whole list."""

    version: Version | None = None
    name: Name | None = None
    description: Description | None = None
    device_ids: DeviceIds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySummary:
    id: int
    version: int
    name: str
    description: str
    device_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAnswer(GatewaySummary):
    device_ids: tuple[int, ...]


@router.get("/api/gateways")
async def list_gateways(
    devices: Devices, _: Staff, search: Search = "", offset: Offset = 0, limit: Limit = 50
) -> Page[GatewaySummary]:
    async with working(devices) as work:
        records, total = await work.gateways.page(search, offset, limit)
    return Page([GatewaySummary(**_summary(record)) for record in records], total)


@router.post("/api/gateways", status_code=HTTPStatus.CREATED)
async def create_gateway(
    devices: Devices, _: Administrator, origin: SignedInOrigin, body: NewGatewayBody, response: Response
) -> GatewayAnswer:
    async with working(devices, origin) as work:
        record = await gateways.create_gateway(work, body.name, body.description, body.device_ids)
    response.headers.update(etag(record.version) | {"Location": f"/api/gateways/{record.id}"})
    return _answer(record)


@router.get("/api/gateways/{gateway_id}")
async def show_gateway(devices: Devices, _: Staff, gateway_id: PathId, response: Response) -> GatewayAnswer:
    async with working(devices) as work:
        record = await work.gateways.get(gateway_id)
    response.headers.update(etag(record.version))
    return _answer(record)


@router.patch("/api/gateways/{gateway_id}")
async def edit_gateway(
    devices: Devices,
    _: Administrator,
    origin: SignedInOrigin,
    gateway_id: PathId,
    body: GatewayEditBody,
    seen: IfMatch,
    response: Response,
) -> GatewayAnswer:
    changes = body.model_dump(exclude={"version"})
    async with working(devices, origin) as work:
        record = await gateways.edit_gateway(work, gateway_id, version=body.version or seen, **changes)
    response.headers.update(etag(record.version))
    return _answer(record)


@router.delete("/api/gateways/{gateway_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_gateway(
    devices: Devices, _: Administrator, origin: SignedInOrigin, gateway_id: PathId, seen: IfMatch
) -> None:
    async with working(devices, origin) as work:
        await gateways.delete_gateway(work, gateway_id, seen)


def _answer(record: GatewayRecord) -> GatewayAnswer:
    return GatewayAnswer(device_ids=record.device_ids, **_summary(record))


def _summary(record: GatewayRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "version": record.version,
        "name": record.name,
        "description": record.description,
        "device_count": len(record.device_ids),
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }
