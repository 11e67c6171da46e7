"""Credentials of devices and gateways. A text is shown once, in the answer that makes it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.devices.api.context import Devices, DevicesContext, working
from kilowatch.devices.api.fields import Body, PathId
from kilowatch.devices.domain.credential import CredentialRecord, Issued
from kilowatch.devices.handlers import credentials
from kilowatch.kit.audit import Origin
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff

router = APIRouter(tags=["credentials"])

MAX_OVERLAP_S = 30 * 86_400


class RotationBody(Body):
    overlap_s: Annotated[int, Field(ge=0, le=MAX_OVERLAP_S)] = 0  #: how long the old ones are still good


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialAnswer:
    id: UUID
    login: str  #: user name at the broker; the password is the credential
    hint: str  #: how the credential begins
    created_at: datetime
    created_by: str
    valid_until: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedAnswer(CredentialAnswer):
    credential: str  #: keep it: it is not shown again


@router.get("/api/devices/{device_id}/credentials")
async def list_device_credentials(devices: Devices, _: Staff, device_id: PathId) -> list[CredentialAnswer]:
    return await _list(devices, _device(device_id))


@router.post("/api/devices/{device_id}/credentials", status_code=HTTPStatus.CREATED)
async def issue_device_credential(
    devices: Devices, _: Administrator, origin: SignedInOrigin, device_id: PathId, response: Response
) -> IssuedAnswer:
    """One more; those there are stay good."""
    return await _issue(devices, origin, _device(device_id), response)


@router.post("/api/devices/{device_id}/credentials/rotate", status_code=HTTPStatus.CREATED)
async def rotate_device_credentials(
    devices: Devices,
    _: Administrator,
    origin: SignedInOrigin,
    device_id: PathId,
    body: RotationBody,
    response: Response,
) -> IssuedAnswer:
    """A new one; those there are end at once, or after `overlap_s`."""
    return await _rotate(devices, origin, _device(device_id), body, response)


@router.delete("/api/devices/{device_id}/credentials/{credential_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_device_credential(
    devices: Devices, _: Administrator, origin: SignedInOrigin, device_id: PathId, credential_id: UUID
) -> None:
    async with working(devices, origin) as work:
        await credentials.revoke(work, _device(device_id), credential_id)


@router.get("/api/gateways/{gateway_id}/credentials")
async def list_gateway_credentials(devices: Devices, _: Staff, gateway_id: PathId) -> list[CredentialAnswer]:
    return await _list(devices, _gateway(gateway_id))


@router.post("/api/gateways/{gateway_id}/credentials", status_code=HTTPStatus.CREATED)
async def issue_gateway_credential(
    devices: Devices, _: Administrator, origin: SignedInOrigin, gateway_id: PathId, response: Response
) -> IssuedAnswer:
    """One more; those there are stay good."""
    return await _issue(devices, origin, _gateway(gateway_id), response)


@router.post("/api/gateways/{gateway_id}/credentials/rotate", status_code=HTTPStatus.CREATED)
async def rotate_gateway_credentials(
    devices: Devices,
    _: Administrator,
    origin: SignedInOrigin,
    gateway_id: PathId,
    body: RotationBody,
    response: Response,
) -> IssuedAnswer:
    """A new one; those there are end at once, or after `overlap_s`."""
    return await _rotate(devices, origin, _gateway(gateway_id), body, response)


@router.delete("/api/gateways/{gateway_id}/credentials/{credential_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_gateway_credential(
    devices: Devices, _: Administrator, origin: SignedInOrigin, gateway_id: PathId, credential_id: UUID
) -> None:
    async with working(devices, origin) as work:
        await credentials.revoke(work, _gateway(gateway_id), credential_id)


def _device(device_id: int) -> Holder:
    return Holder(HolderKind.DEVICE, device_id)


def _gateway(gateway_id: int) -> Holder:
    return Holder(HolderKind.GATEWAY, gateway_id)


async def _list(devices: DevicesContext, holder: Holder) -> list[CredentialAnswer]:
    async with working(devices) as work:
        await credentials.check_holder(work, holder)
        return [CredentialAnswer(**_shown(record)) for record in await work.credentials.of_holder(holder)]


async def _issue(devices: DevicesContext, origin: Origin, holder: Holder, response: Response) -> IssuedAnswer:
    async with working(devices, origin) as work:
        return _issued(await credentials.issue(work, holder), response)


async def _rotate(
    devices: DevicesContext, origin: Origin, holder: Holder, body: RotationBody, response: Response
) -> IssuedAnswer:
    async with working(devices, origin) as work:
        return _issued(await credentials.rotate(work, holder, timedelta(seconds=body.overlap_s)), response)


def _issued(issued: Issued, response: Response) -> IssuedAnswer:
    response.headers["Cache-Control"] = "no-store"
    return IssuedAnswer(credential=issued.text, **_shown(issued.record))


def _shown(record: CredentialRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "login": record.holder.login,
        "hint": record.hint,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "valid_until": record.valid_until,
        "revoked_at": record.revoked_at,
    }
