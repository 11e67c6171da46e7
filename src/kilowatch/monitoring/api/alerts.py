"""Alerts: list, look at, acknowledge, clear."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kilowatch.contracts.events import AlertKind, AlertState
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.fields import Text
from kilowatch.kit.http import SignedIn, SignedInOrigin
from kilowatch.kit.outbox import Outbox
from kilowatch.kit.paging import Page
from kilowatch.kit.security import UserPrincipal
from kilowatch.monitoring.api.context import Limit, Monitoring, MonitoringContext, Offset, QueryId
from kilowatch.monitoring.domain.alert import AlertRecord, kwh
from kilowatch.monitoring.domain.asking import read_moment
from kilowatch.monitoring.handlers.alerts import Work, acknowledge_alert, clear_alert, sight
from kilowatch.monitoring.store.alerts import AlertFilter, AlertStore
from kilowatch.monitoring.store.meters import MeterStore

router = APIRouter(tags=["alerts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAnswer:
    id: UUID
    version: int
    kind: AlertKind
    state: AlertState
    device_id: int
    device_name: str
    since: datetime  #: start of the hour, or of the silence, with the offset of the device's zone
    raised_at: datetime
    energy_kwh: float | None
    limit_kwh: float | None
    historical: bool
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    note: str
    cleared_at: datetime | None


class _Body(BaseModel):
    """`version` is the one that was looked at; a newer one is a conflict."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=2**31)] | None = None


class AcknowledgeBody(_Body):
    note: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class ClearBody(_Body):
    pass


def _filter(
    state: AlertState | None = None,
    kind: AlertKind | None = None,
    device: QueryId | None = None,
    historical: bool | None = None,
    start: Annotated[str | None, Query(alias="from", max_length=40, description="Raised at or after; UTC")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="Raised before; UTC")] = None,
) -> AlertFilter:
    since, until = (read_moment(text, ZoneInfo("UTC")) if text else None for text in (start, end))
    return AlertFilter(
        state=state, kind=kind, device_id=device, historical=historical, raised_from=since, raised_before=until
    )


Wanted: TypeAlias = Annotated[AlertFilter, Depends(_filter)]


@router.get("/api/alerts")
async def list_alerts(
    monitoring: Monitoring, who: SignedIn, wanted: Wanted, offset: Offset = 0, limit: Limit = 50
) -> Page[AlertAnswer]:
    """The newest first."""
    async with monitoring.database.transaction() as connection:
        only_of = sight(who, monitoring.clock())
        found, total = await AlertStore(connection).page(wanted, only_of, offset, limit)
    return Page([_answer(*pair) for pair in found], total)


@router.get("/api/alerts/{alert_id}")
async def show_alert(monitoring: Monitoring, who: SignedIn, alert_id: UUID) -> AlertAnswer:
    async with monitoring.database.transaction() as connection:
        return _answer(*await AlertStore(connection).get(alert_id, sight(who, monitoring.clock())))


@router.post("/api/alerts/{alert_id}/acknowledge")
async def acknowledge(
    monitoring: Monitoring, who: SignedIn, origin: SignedInOrigin, alert_id: UUID, body: AcknowledgeBody
) -> AlertAnswer:
    async with _working(monitoring, who, origin) as work:
        return _answer(*await acknowledge_alert(work, alert_id, body.note, body.version))


@router.post("/api/alerts/{alert_id}/clear")
async def clear(
    monitoring: Monitoring, who: SignedIn, origin: SignedInOrigin, alert_id: UUID, body: ClearBody | None = None
) -> AlertAnswer:
    async with _working(monitoring, who, origin) as work:
        return _answer(*await clear_alert(work, alert_id, body.version if body else None))


@asynccontextmanager
async def _working(monitoring: MonitoringContext, who: UserPrincipal, origin: Origin) -> AsyncIterator[Work]:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        yield Work(
            alerts=AlertStore(connection),
            meters=MeterStore(connection),
            outbox=Outbox(connection, source="monitoring", clock=monitoring.clock),
            audit=Audit(connection, origin, now),
            who=who,
            now=now,
        )


def _answer(alert: AlertRecord, device: Device) -> AlertAnswer:
    return AlertAnswer(
        id=alert.id,
        version=alert.version,
        kind=alert.kind,
        state=alert.state,
        device_id=alert.device_id,
        device_name=device.name,
        since=alert.since.astimezone(ZoneInfo(device.time_zone)),
        raised_at=alert.raised_at.astimezone(UTC),
        energy_kwh=kwh(alert.energy),
        limit_kwh=kwh(alert.threshold),
        historical=alert.historical,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=alert.acknowledged_by,
        note=alert.note,
        cleared_at=alert.cleared_at,
    )
