"""Which alerts there is something to tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import ColumnElement, DateTime, and_, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import AlertKind, AlertState
from kilowatch.contracts.metering import Device
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.calendar import time_column
from kilowatch.monitoring.domain.limits import STAYS_OPEN
from kilowatch.monitoring.domain.usage import SLOT_US, Ints
from kilowatch.monitoring.store.alerts import alert_record
from kilowatch.monitoring.store.tables import alert, device, usage

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """Of the same device and rule."""

    told_at: datetime | None  #: when another alert was last told
    snoozed_until: datetime | None  #: the latest, of this one or another


class NewsStore:
    """What it gives is locked until the transaction ends, and what another replica has locked is left out."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[AlertRecord, Device]]:
        """What was put off goes before what was seen only then: the next one begins its pause anew."""
        return await self._locked(alert.c.announce_at <= now, [alert.c.announce_at, alert.c.raised_at], limit)

    async def unanswered(self, now: datetime, limit: int) -> Sequence[tuple[AlertRecord, Device]]:
        waiting = and_(alert.c.escalate_at <= now, alert.c.state == AlertState.RAISED.value)
        return await self._locked(waiting, [alert.c.escalate_at], limit)

    async def over(self, now: datetime, limit: int) -> Sequence[tuple[AlertRecord, Device]]:
        """Alerts whose time has passed or whose device is gone, and hours over their limit that a later one follows."""
        later = alert.alias("later")
        followed = exists().where(
            later.c.device_id == alert.c.device_id,
            later.c.kind == alert.c.kind,
            later.c.since > alert.c.since,
            later.c.state != AlertState.CLEARED.value,
            ~later.c.historical,
        )
        by_hour = alert.c.kind == AlertKind.HOURLY_LIMIT.value
        end = case((by_hour, alert.c.since + literal(STAYS_OPEN)), else_=alert.c.until)
        is_over = and_(
            alert.c.state != AlertState.CLEARED.value,
            ~alert.c.historical,
            or_(end <= literal(now, DateTime(timezone=True)), and_(by_hour, followed), device.c.deleted),
        )
        return await self._locked(is_over, [alert.c.since], limit)

    async def told_before(self, mine: AlertRecord, now: datetime) -> ToldBefore:
        same_rule = (alert.c.device_id == mine.device_id, alert.c.kind == mine.kind.value)
        others_told = func.max(alert.c.told_at).filter(alert.c.id != mine.id)
        snoozed = func.max(alert.c.snoozed_until).filter(alert.c.snoozed_until > now)
        row = (await self._connection.execute(select(others_told, snoozed).where(*same_rule))).one()
        return ToldBefore(*row)

    async def brought_up_to_date(self, mine: AlertRecord) -> AlertRecord:
        """An hour over its limit goes on after it was raised: what it came to."""
        if mine.kind is not AlertKind.HOURLY_LIMIT:
            return mine
        end = mine.since + HOUR
        of_hour = (usage.c.device == mine.device_id, usage.c.slot >= mine.since, usage.c.slot < end)
        energy = await self._connection.scalar(select(func.sum(usage.c.energy)).where(*of_hour))
        return replace(mine, until=end, energy=int(energy or mine.energy or 0))

    async def slots(self, mine: AlertRecord) -> tuple[Ints, Ints]:
        """The slots (numbers since 1970) of the time that an alert is about, and their energy."""
        within = (usage.c.device == mine.device_id, usage.c.slot >= mine.since)
        statement = select(usage.c.slot, usage.c.energy).where(*within)
        if mine.until is not None:
            statement = statement.where(usage.c.slot < mine.until)
        rows = (await self._connection.execute(statement.order_by(usage.c.slot))).all()
        slots = [row.slot for row in rows]
        return time_column(slots) // SLOT_US, np.array([row.energy for row in rows], np.int64)

    async def _locked(
        self, condition: ColumnElement[bool], order: Sequence[ColumnElement[Any]], limit: int
    ) -> Sequence[tuple[AlertRecord, Device]]:
        statement = (
            select(alert, device.c.state.label("device"))
            .join(device, device.c.id == alert.c.device_id)
            .where(condition)
            .order_by(*order)
            .limit(limit)
            .with_for_update(of=alert, skip_locked=True)
        )
        rows = (await self._connection.execute(statement)).all()
        return [(alert_record(row), row.device) for row in rows]
