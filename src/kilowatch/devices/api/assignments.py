"""Who may see a device or a site: now, and in the past."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from kilowatch.contracts.metering import AccessLevel
from kilowatch.devices.api.answers import NOBODY_KNOWN
from kilowatch.devices.api.context import Devices, DevicesContext, working
from kilowatch.devices.api.fields import Body, PathId
from kilowatch.devices.consumers import catch_up_with_user, rebuild_people
from kilowatch.devices.domain.access import AssignmentRecord, DeviceTarget, SiteTarget, Target
from kilowatch.devices.handlers import access
from kilowatch.devices.handlers.work import Work
from kilowatch.kit.audit import Origin
from kilowatch.kit.fields import Moment
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff

router = APIRouter(tags=["assignments"])


class AssignmentBody(Body):
    user_id: UUID
    level: AccessLevel = AccessLevel.OWNER
    since: Moment | None = None  #: None: now; earlier shows the usage from then on
    until: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAnswer:
    id: int
    user_id: UUID
    name: str
    level: AccessLevel
    since: datetime
    until: datetime | None
    assigned_at: datetime
    assigned_by: str
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    count: int  #: accounts, those that are gone included


@router.get("/api/devices/{device_id}/assignments")
async def list_device_assignments(devices: Devices, _: Staff, device_id: PathId) -> list[AssignmentAnswer]:
    """All there were, the newest first; those of its site are at the site."""
    async with working(devices) as work:
        await work.devices.get(device_id)
        return await _history(work, DeviceTarget(device_id))


@router.post("/api/devices/{device_id}/assignments", status_code=HTTPStatus.CREATED)
async def assign_device(
    devices: Devices, _: Administrator, origin: SignedInOrigin, device_id: PathId, body: AssignmentBody
) -> AssignmentAnswer:
    return await _assign(devices, origin, DeviceTarget(device_id), body)


@router.delete("/api/devices/{device_id}/assignments/{user_id}", status_code=HTTPStatus.NO_CONTENT)
async def unassign_device(
    devices: Devices, _: Administrator, origin: SignedInOrigin, device_id: PathId, user_id: UUID
) -> None:
    async with working(devices, origin) as work:
        await access.unassign(work, DeviceTarget(device_id), user_id)


@router.get("/api/sites/{site_id}/assignments")
async def list_site_assignments(devices: Devices, _: Staff, site_id: PathId) -> list[AssignmentAnswer]:
    """All there were, the newest first."""
    async with working(devices) as work:
        await work.sites.get(site_id)
        return await _history(work, SiteTarget(site_id))


@router.post("/api/sites/{site_id}/assignments", status_code=HTTPStatus.CREATED)
async def assign_site(
    devices: Devices, _: Administrator, origin: SignedInOrigin, site_id: PathId, body: AssignmentBody
) -> AssignmentAnswer:
    """The person sees all devices of the site, also those that come later."""
    return await _assign(devices, origin, SiteTarget(site_id), body)


@router.delete("/api/sites/{site_id}/assignments/{user_id}", status_code=HTTPStatus.NO_CONTENT)
async def unassign_site(
    devices: Devices, _: Administrator, origin: SignedInOrigin, site_id: PathId, user_id: UUID
) -> None:
    async with working(devices, origin) as work:
        await access.unassign(work, SiteTarget(site_id), user_id)


@router.post("/api/devices/users/rebuild")
async def rebuild_users(devices: Devices, _: Administrator, origin: SignedInOrigin) -> Rebuilt:
    """Take over again what `users` knows of every account; assignments of those who are gone end."""
    count = await rebuild_people(devices.database, devices.clock, devices.peers)
    async with working(devices, origin) as work:
        await work.audit.record("projection.rebuilt", "users", count=count)
    return Rebuilt(count)


async def _assign(devices: DevicesContext, origin: Origin, target: Target, body: AssignmentBody) -> AssignmentAnswer:
    await catch_up_with_user(devices.database, devices.clock, devices.peers, body.user_id)
    async with working(devices, origin) as work:
        assigned = await access.assign(work, target, body.user_id, body.level, body.since, body.until)
        return (await _answers(work, [assigned]))[0]


async def _history(work: Work, target: Target) -> list[AssignmentAnswer]:
    return await _answers(work, await work.access.history(target))


async def _answers(work: Work, records: list[AssignmentRecord]) -> list[AssignmentAnswer]:
    people = await work.people.find_all({record.user_id for record in records})
    names = {user.id: user.name for user in people.values() if not user.deleted}
    return [
        AssignmentAnswer(
            id=record.id,
            user_id=record.user_id,
            name=names.get(record.user_id, NOBODY_KNOWN),
            level=record.level,
            since=record.since,
            until=record.until,
            assigned_at=record.assigned_at,
            assigned_by=record.assigned_by,
            ended_at=record.ended_at,
            ended_by=record.ended_by,
        )
        for record in records
    ]
