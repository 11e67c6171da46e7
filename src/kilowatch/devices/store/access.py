"""Assignments of people to devices and sites."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.metering import Assignment
from kilowatch.devices.domain.access import (
    AssignmentRecord,
    DeviceTarget,
    SiteTarget,
    Target,
    effective_assignments,
)
from kilowatch.devices.domain.device import DeviceRecord
from kilowatch.devices.store.tables import among, assignments, devices

_OPEN = assignments.c.ended_at.is_(None)
_GRANT = (assignments.c.user_id, assignments.c.level, assignments.c.since, assignments.c.until)


class AccessStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def effective(self, records: Sequence[DeviceRecord], now: datetime) -> dict[int, tuple[Assignment, ...]]:
        """For each device, everybody who may see it now or later."""
        direct = await self._open_by(assignments.c.device_id, [record.id for record in records])
        sites = {record.particulars.site_id for record in records} - {None}
        at_site = await self._open_by(assignments.c.site_id, sites)
        return {
            record.id: effective_assignments(
                direct[record.id], at_site[record.particulars.site_id], record.site_since, now
            )
            for record in records
        }

    async def _open_by(
        self, column: ColumnElement[Any], ids: Collection[int | None]
    ) -> defaultdict[int | None, list[Assignment]]:
        grouped: defaultdict[int | None, list[Assignment]] = defaultdict(list)
        if not ids:
            return grouped
        for target, *grant in await self._connection.execute(select(column, *_GRANT).where(_OPEN, among(column, ids))):
            user_id, level, since, until = grant
            grouped[target].append(Assignment(user_id=user_id, level=level, since=since, until=until))
        return grouped

    async def history(self, target: Target) -> list[AssignmentRecord]:
        """Every assignment there was, the newest first."""
        return await self._records(_to(target))

    async def open_of_target(self, target: Target) -> list[AssignmentRecord]:
        return await self._records(_OPEN, _to(target))

    async def open_of_user(self, user_id: UUID) -> list[AssignmentRecord]:
        return await self._records(_OPEN, assignments.c.user_id == user_id)

    async def find_open(self, target: Target, user_id: UUID) -> AssignmentRecord | None:
        found = await self._records(_OPEN, _to(target), assignments.c.user_id == user_id)
        return found[0] if found else None

    async def due(self, now: datetime, limit: int) -> list[AssignmentRecord]:
        """Assignments whose time is over and that nobody has ended yet."""
        return (await self._records(_OPEN, assignments.c.until <= now))[:limit]

    async def of_user(self, user_id: UUID) -> list[AssignmentRecord]:
        return await self._records(assignments.c.user_id == user_id)

    async def is_at_site(self, site_id: int, user_id: UUID, moment: datetime) -> bool:
        assigned = exists().where(assignments.c.site_id == site_id, assignments.c.user_id == user_id, *in_force(moment))
        return bool(await self._connection.scalar(select(assigned)))

    async def add(self, new: Assignment, target: Target, *, now: datetime, actor: str) -> AssignmentRecord:
        row = {
            "device_id": target.id if isinstance(target, DeviceTarget) else None,
            "site_id": target.id if isinstance(target, SiteTarget) else None,
            "user_id": new.user_id,
            "level": new.level,
            "since": new.since,
            "until": new.until,
            "assigned_at": now,
            "assigned_by": actor,
        }
        added = await self._connection.execute(insert(assignments).values(row).returning(assignments))
        return _record(added.one())

    async def end(self, ids: Collection[int], *, at: datetime, actor: str) -> None:
        ended = update(assignments).where(_OPEN, among(assignments.c.id, ids))
        await self._connection.execute(ended.values(ended_at=at, ended_by=actor))

    async def _records(self, *conditions: ColumnElement[bool]) -> list[AssignmentRecord]:
        found = select(assignments).where(*conditions).order_by(assignments.c.id.desc())
        return [_record(row) for row in await self._connection.execute(found)]


def assigned_to_device(user_id: UUID | None, moment: datetime) -> ColumnElement[bool]:
    """Whether the user (None: anybody) may see the row of `devices` by an assignment of its own."""
    return _assigned(assignments.c.device_id == devices.c.id, user_id, moment)


def assigned_to_site(user_id: UUID | None, moment: datetime) -> ColumnElement[bool]:
    return _assigned(assignments.c.site_id == devices.c.site_id, user_id, moment)


def in_force(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    until = assignments.c.until
    return _OPEN, assignments.c.since <= moment, or_(until.is_(None), until > moment)


def _assigned(joined: ColumnElement[bool], user_id: UUID | None, moment: datetime) -> ColumnElement[bool]:
    conditions = [joined, *in_force(moment)]
    if user_id is not None:
        conditions.append(assignments.c.user_id == user_id)
    return exists().where(*conditions).correlate(devices)


def _to(target: Target) -> ColumnElement[bool]:
    match target:
        case DeviceTarget(id_):
            return assignments.c.device_id == id_
        case SiteTarget(id_):
            return assignments.c.site_id == id_
        case _:
            assert_never(target)


def _record(row: Row[Any]) -> AssignmentRecord:
    values = dict(row._mapping)
    device_id, site_id = values.pop("device_id"), values.pop("site_id")
    return AssignmentRecord(target=DeviceTarget(device_id) if device_id else SiteTarget(site_id), **values)
