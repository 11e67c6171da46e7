"""What is answered about devices: all of it to staff, to clients what concerns them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kilowatch.contracts.accounts import User
from kilowatch.contracts.metering import AccessLevel, Assignment, Direction, MeterConfiguration, MeterKind
from kilowatch.devices.domain.access import in_force, may_see
from kilowatch.devices.domain.device import DeviceRecord
from kilowatch.devices.handlers.work import Work

NOBODY_KNOWN = "(unknown)"


@dataclass(frozen=True, slots=True)
class Reference:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """Somebody who may see a device, whether assigned to it or to its site."""

    user_id: UUID
    name: str
    email: str
    level: AccessLevel
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MyDeviceAnswer:
    """A device as those see it who are assigned to it."""

    id: int
    name: str
    location: str
    kind: MeterKind  #: in force now, like the interval
    interval_s: int
    time_zone: str
    direction: Direction
    hourly_limit_kwh: float | None
    site: Reference | None
    parent_id: int | None
    active: bool
    level: AccessLevel
    since: datetime  #: its usage from here on may be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnswer:
    """A device as the administrators see it."""

    id: int
    version: int
    name: str
    description: str
    location: str
    serial_number: str | None
    kind: MeterKind  #: in force now, like the four that follow
    interval_s: int
    max_gap_s: int
    max_power_w: float
    modulus_kwh: float | None
    configurations: tuple[MeterConfiguration, ...]
    time_zone: str
    direction: Direction
    hourly_limit_kwh: float | None
    site: Reference | None
    parent: Reference | None
    active: bool
    assignments: list[AccessAnswer]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Names of what devices refer to."""

    sites: dict[int, Reference]
    parents: dict[int, Reference]
    people: dict[UUID, User]
    assignments: dict[int, tuple[Assignment, ...]]


async def for_staff(work: Work, records: Sequence[DeviceRecord]) -> list[DeviceAnswer]:
    around = await _look_around(work, records)
    return [_device(record, around, work.now) for record in records]


async def for_user(work: Work, user_id: UUID, records: Sequence[DeviceRecord]) -> list[MyDeviceAnswer]:
    """Those of the devices that the user may see now."""
    around = await _look_around(work, records)
    visible = {record.id for record in records if may_see(around.assignments[record.id], user_id, work.now)}
    return [_my_device(record, around, user_id, work.now, visible) for record in records if record.id in visible]


async def _look_around(work: Work, records: Sequence[DeviceRecord]) -> _Surroundings:
    assignments = await work.access.effective(records, work.now)
    site_ids = {record.particulars.site_id for record in records if record.particulars.site_id}
    parent_ids = {record.particulars.parent_id for record in records if record.particulars.parent_id}
    return _Surroundings(
        sites={site.id: Reference(site.id, site.particulars.name) for site in await work.sites.existing(site_ids)},
        parents={
            parent.id: Reference(parent.id, parent.particulars.name)
            for parent in await work.devices.existing(parent_ids)
        },
        people=await work.people.find_all({given.user_id for many in assignments.values() for given in many}),
        assignments=assignments,
    )


def _device(record: DeviceRecord, around: _Surroundings, now: datetime) -> DeviceAnswer:
    particulars, current = record.particulars, record.configuration_at(now)
    return DeviceAnswer(
        id=record.id,
        version=record.version,
        name=particulars.name,
        description=particulars.description,
        location=particulars.location,
        serial_number=particulars.serial_number,
        kind=current.kind,
        interval_s=current.interval_s,
        max_gap_s=current.max_gap_s,
        max_power_w=current.max_power_w,
        modulus_kwh=current.modulus_kwh,
        configurations=record.configurations,
        time_zone=particulars.time_zone,
        direction=particulars.direction,
        hourly_limit_kwh=particulars.hourly_limit_kwh,
        site=around.sites.get(particulars.site_id or 0),
        parent=around.parents.get(particulars.parent_id or 0),
        active=particulars.active,
        assignments=[_access(given, around) for given in around.assignments[record.id]],
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def _access(given: Assignment, around: _Surroundings) -> AccessAnswer:
    user = around.people.get(given.user_id)
    return AccessAnswer(
        user_id=given.user_id,
        name=user.name if user else NOBODY_KNOWN,
        email=user.email if user else "",
        level=given.level,
        since=given.since,
        until=given.until,
    )


def _my_device(
    record: DeviceRecord, around: _Surroundings, user_id: UUID, now: datetime, visible: set[int]
) -> MyDeviceAnswer:
    particulars, current = record.particulars, record.configuration_at(now)
    mine = [given for given in around.assignments[record.id] if given.user_id == user_id and in_force(given, now)]
    owned = any(given.level is AccessLevel.OWNER for given in mine)
    return MyDeviceAnswer(
        id=record.id,
        name=particulars.name,
        location=particulars.location,
        kind=current.kind,
        interval_s=current.interval_s,
        time_zone=particulars.time_zone,
        direction=particulars.direction,
        hourly_limit_kwh=particulars.hourly_limit_kwh,
        site=around.sites.get(particulars.site_id or 0),
        parent_id=particulars.parent_id if particulars.parent_id in visible else None,
        active=particulars.active,
        level=AccessLevel.OWNER if owned else AccessLevel.VIEWER,
        since=min(given.since for given in mine),
    )
