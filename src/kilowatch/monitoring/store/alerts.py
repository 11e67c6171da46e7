"""Alerts as they are kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import AlertKind, AlertState, Severity
from kilowatch.contracts.metering import Device
from kilowatch.kit.errors import NotFound
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.store.tables import access, alert, device, reading


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    state: AlertState | None = None
    kind: AlertKind | None = None
    severity: Severity | None = None
    device_id: int | None = None
    raised_from: datetime | None = None
    raised_before: datetime | None = None
    historical: bool | None = None


@dataclass(frozen=True, slots=True)
class OnlyOf:
    """Alerts about devices, and times of them, that one person may see now."""

    user_id: UUID
    now: datetime


class AlertStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, alert_id: UUID, only_of: OnlyOf | None) -> tuple[AlertRecord, Device]:
        """Raises `NotFound`, also for an alert that is nobody else's business."""
        return await self._one(_visible(only_of).where(alert.c.id == alert_id))

    async def get_for_change(self, alert_id: UUID, only_of: OnlyOf | None) -> tuple[AlertRecord, Device]:
        """As `get`, and nobody else changes the alert until the transaction ends."""
        return await self._one(_visible(only_of).where(alert.c.id == alert_id).with_for_update(of=alert))

    async def page(
        self, wanted: AlertFilter, only_of: OnlyOf | None, offset: int, limit: int
    ) -> tuple[Sequence[tuple[AlertRecord, Device]], int]:
        """The newest first, and how many there are on all pages."""
        matching = _visible(only_of).where(*_conditions(wanted))
        newest = matching.order_by(alert.c.raised_at.desc(), alert.c.id.desc()).offset(offset).limit(limit)
        rows = (await self._connection.execute(newest)).all()
        total = await self._connection.scalar(select(func.count()).select_from(matching.subquery()))
        return [_pair(row) for row in rows], total or 0

    async def part(
        self, wanted: AlertFilter, only_of: OnlyOf | None, after: AlertRecord | None, limit: int
    ) -> Sequence[tuple[AlertRecord, Device]]:
        """The newest first, of those that come after `after`."""
        matching = _visible(only_of).where(*_conditions(wanted))
        if after is not None:
            matching = matching.where(tuple_(alert.c.raised_at, alert.c.id) < tuple_(after.raised_at, after.id))
        newest = matching.order_by(alert.c.raised_at.desc(), alert.c.id.desc()).limit(limit)
        return [_pair(row) for row in (await self._connection.execute(newest)).all()]

    async def watchers(self, alert_id: UUID, now: datetime) -> Sequence[UUID]:
        """Who may see the alert now, as it is kept: whoever is told of it finds it."""
        statement = select(access.c.user_id).distinct().where(alert.c.id == alert_id, _in_sight(now))
        return (await self._connection.scalars(statement.order_by(access.c.user_id))).all()

    async def save(self, changed: AlertRecord) -> None:
        await self._connection.execute(update(alert).where(alert.c.id == changed.id).values(asdict(changed)))

    async def acknowledged_by(self, user_id: UUID) -> Sequence[AlertRecord]:
        rows = await self._connection.execute(select(alert).where(alert.c.acknowledged_by == user_id))
        return [alert_record(row) for row in rows]

    async def forget(self, user_id: UUID) -> None:
        """That an alert was acknowledged stays; by whom, and in which words, goes."""
        mine = update(alert).where(alert.c.acknowledged_by == user_id)
        await self._connection.execute(mine.values(acknowledged_by=None, note=""))

    async def _one(self, statement: Select[Any]) -> tuple[AlertRecord, Device]:
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise NotFound("There is no such alert.")
        return _pair(row)


def _visible(only_of: OnlyOf | None) -> Select[Any]:
    statement = select(alert, device.c.state.label("device")).join(device, device.c.id == alert.c.device_id)
    return statement if only_of is None else statement.where(_granted(only_of))


def _granted(only_of: OnlyOf) -> ColumnElement[bool]:
    theirs = select(access.c.device_id).where(access.c.user_id == only_of.user_id)
    granted = exists().where(access.c.user_id == only_of.user_id, _in_sight(only_of.now))
    # First of which devices, as an array: from the condition alone PostgreSQL reads through the alerts of everybody.
    return and_(alert.c.device_id == any_(func.array(theirs.scalar_subquery())), ~device.c.deleted, granted)


def _in_sight(now: datetime) -> ColumnElement[bool]:
    """An assignment that is in force shows the alerts of its device, but none that tells of a time before it; unless
    the device had sent nothing then, as one that is set up in the middle of an hour."""
    in_force = and_(access.c.since <= now, or_(access.c.until.is_(None), access.c.until > now))
    sent_before = exists().where(reading.c.device == alert.c.device_id, reading.c.time < access.c.since)
    sent_before = sent_before.correlate(access, alert)
    tells_from = func.coalesce(alert.c.compared_from, alert.c.since)
    tells_of_own_time = or_(access.c.since <= tells_from, ~sent_before)
    return and_(access.c.device_id == alert.c.device_id, in_force, tells_of_own_time)


def _conditions(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    conditions = {
        alert.c.state: wanted.state and wanted.state.value,
        alert.c.kind: wanted.kind and wanted.kind.value,
        alert.c.severity: wanted.severity and wanted.severity.value,
        alert.c.device_id: wanted.device_id,
        alert.c.historical: wanted.historical,
    }
    found = [column == value for column, value in conditions.items() if value is not None]
    if wanted.raised_from is not None:
        found.append(alert.c.raised_at >= wanted.raised_from)
    if wanted.raised_before is not None:
        found.append(alert.c.raised_at < wanted.raised_before)
    return found


def _pair(row: Row[Any]) -> tuple[AlertRecord, Device]:
    return alert_record(row), row.device


def alert_record(row: Row[Any]) -> AlertRecord:
    values = {name: row._mapping[name] for name in AlertRecord.__slots__}
    kind, state, severity = AlertKind(row.kind), AlertState(row.state), Severity(row.severity)
    return AlertRecord(**values | {"kind": kind, "state": state, "severity": severity})
