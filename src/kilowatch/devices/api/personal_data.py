"""What the inventory holds about a person, for the export of all of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from kilowatch.contracts.accounts import User
from kilowatch.contracts.metering import AccessLevel
from kilowatch.devices.api.context import Devices
from kilowatch.devices.domain.access import AssignmentRecord
from kilowatch.devices.handlers.access import subject
from kilowatch.devices.unit import work_on
from kilowatch.kit.audit import AuditEntry, entries_of_person
from kilowatch.kit.http import PeerService

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAssignment:
    to: str  #: `device/7` or `site/3`
    level: AccessLevel
    since: datetime
    until: datetime | None
    assigned_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    account: User | None
    assignments: list[HeldAssignment]
    audit: list[AuditEntry]


@router.get("/internal/devices/personal-data/{user_id}")
async def personal_data(devices: Devices, _: PeerService, user_id: UUID) -> PersonalData:
    async with devices.database.transaction() as connection:
        work = work_on(connection, devices.clock)
        return PersonalData(
            account=await work.people.find(user_id),
            assignments=[_held(record) for record in await work.access.of_user(user_id)],
            audit=list(await entries_of_person(connection, f"user/{user_id}")),
        )


def _held(record: AssignmentRecord) -> HeldAssignment:
    return HeldAssignment(
        to=subject(record.target),
        level=record.level,
        since=record.since,
        until=record.until,
        assigned_at=record.assigned_at,
        ended_at=record.ended_at,
    )
