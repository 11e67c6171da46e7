"""Gateways and the devices that they send for."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Response
from pydantic import Field

from kilowatch.devices.api.context import Devices, IfMatch, etag, working
from kilowatch.devices.api.fields import Body, Description, Id, Limit, Offset, PathId, Search, Version
from kilowatch.devices.domain.gateway import GatewayRecord, GatewaySummary
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


@router.get("/api/gateways")
async def list_gateways(
    devices: Devices, _: Staff, search: Search = "", offset: Offset = 0, limit: Limit = 50
) -> Page[GatewaySummary]:
    async with working(devices) as work:
        summaries, total = await work.gateways.page(search, offset, limit)
    return Page(summaries, total)


@router.post("/api/gateways", status_code=HTTPStatus.CREATED)
async def create_gateway(
    devices: Devices, _: Administrator, origin: SignedInOrigin, body: NewGatewayBody, response: Response
) -> GatewayRecord:
    async with working(devices, origin) as work:
        record = await gateways.create_gateway(work, body.name, body.description, body.device_ids)
    response.headers.update(etag(record.version) | {"Location": f"/api/gateways/{record.id}"})
    return record


@router.get("/api/gateways/{gateway_id}")
async def show_gateway(devices: Devices, _: Staff, gateway_id: PathId, response: Response) -> GatewayRecord:
    async with working(devices) as work:
        record = await work.gateways.get(gateway_id)
    response.headers.update(etag(record.version))
    return record


@router.patch("/api/gateways/{gateway_id}")
async def edit_gateway(
    devices: Devices,
    _: Administrator,
    origin: SignedInOrigin,
    gateway_id: PathId,
    body: GatewayEditBody,
    seen: IfMatch,
    response: Response,
) -> GatewayRecord:
    changes = body.model_dump(exclude={"version"})
    async with working(devices, origin) as work:
        record = await gateways.edit_gateway(work, gateway_id, version=body.version or seen, **changes)
    response.headers.update(etag(record.version))
    return record


@router.delete("/api/gateways/{gateway_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_gateway(
    devices: Devices, _: Administrator, origin: SignedInOrigin, gateway_id: PathId, seen: IfMatch
) -> None:
    async with working(devices, origin) as work:
        await gateways.delete_gateway(work, gateway_id, seen)
