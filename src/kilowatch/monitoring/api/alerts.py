"""Alerts: list, look at, acknowledge, snooze, clear."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kilowatch.contracts.events import AlertKind, AlertState, Severity
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.fields import Moment, Text
from kilowatch.kit.http import SignedIn, SignedInOrigin
from kilowatch.kit.outbox import Outbox
from kilowatch.kit.paging import Page
from kilowatch.kit.security import UserPrincipal
from kilowatch.kit.spreadsheets import shown_as_text
from kilowatch.monitoring.api.context import Limit, Monitoring, MonitoringContext, Offset, QueryId
from kilowatch.monitoring.api.export import TABLE_TOO, Cell, Column, Format, Parts, WantedFormat, table_answer
from kilowatch.monitoring.domain.alert import AlertRecord, kwh
from kilowatch.monitoring.domain.asking import read_moment
from kilowatch.monitoring.domain.words import describe
from kilowatch.monitoring.handlers.alerts import Work, acknowledge_alert, clear_alert, sight, snooze_alert
from kilowatch.monitoring.store.alerts import AlertFilter, AlertStore, OnlyOf
from kilowatch.monitoring.store.meters import MeterStore

router = APIRouter(tags=["alerts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAnswer:
    id: UUID
    version: int
    kind: AlertKind
    state: AlertState
    severity: Severity
    device_id: int
    device_name: str
    since: datetime  #: start of the hour, the day, the silence, with the offset of the device's zone
    until: datetime | None  #: its end; None: it goes on
    raised_at: datetime
    text: str  #: in words: which device, since when, how much over, what it costs
    energy_kwh: float | None
    limit_kwh: float | None  #: the limit, the budget, or the end of the usual range that was passed
    usual_kwh: float | None
    share_percent: int | None  #: of the budget
    power_w: float | None
    limit_w: float | None
    cost: float | None
    currency: str | None
    historical: bool
    told_at: datetime | None  #: None: quiet hours, a snooze or a cool-down hold the news back
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    note: str
    snoozed_until: datetime | None
    escalated_at: datetime | None
    cleared_at: datetime | None


class _Body(BaseModel):
    """`version` is the one that was looked at; a newer one is a conflict."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=2**31)] | None = None


class AcknowledgeBody(_Body):
    note: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class SnoozeBody(_Body):
    until: Moment


class ClearBody(_Body):
    pass


#: Columns of the table, as an answer names them.
COLUMNS: Final = (
    Column("id", Cell.TEXT),
    Column("kind", Cell.TEXT),
    Column("state", Cell.TEXT),
    Column("severity", Cell.TEXT),
    Column("device_id", Cell.COUNT),
    Column("device_name", Cell.TEXT, shown_as_text),
    Column("since", Cell.MOMENT),
    Column("until", Cell.MOMENT),
    Column("raised_at", Cell.MOMENT),
    Column("text", Cell.TEXT, shown_as_text),
    Column("energy_kwh", Cell.NUMBER),
    Column("limit_kwh", Cell.NUMBER),
    Column("usual_kwh", Cell.NUMBER),
    Column("power_w", Cell.NUMBER),
    Column("limit_w", Cell.NUMBER),
    Column("cost", Cell.NUMBER),
    Column("currency", Cell.TEXT),
    Column("historical", Cell.BOOL),
    Column("acknowledged_at", Cell.MOMENT),
    Column("note", Cell.TEXT, shown_as_text),
    Column("escalated_at", Cell.MOMENT),
    Column("cleared_at", Cell.MOMENT),
)
#: Rows of one query of a table.
PART: Final = 1_000


def _filter(
    state: AlertState | None = None,
    kind: AlertKind | None = None,
    severity: Severity | None = None,
    device: QueryId | None = None,
    historical: bool | None = None,
    start: Annotated[str | None, Query(alias="from", max_length=40, description="Raised at or after; UTC")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="Raised before; UTC")] = None,
) -> AlertFilter:
    since, until = (read_moment(text, ZoneInfo("UTC")) if text else None for text in (start, end))
    return AlertFilter(
        state=state,
        kind=kind,
        severity=severity,
        device_id=device,
        historical=historical,
        raised_from=since,
        raised_before=until,
    )


Wanted: TypeAlias = Annotated[AlertFilter, Depends(_filter)]


@router.get("/api/alerts", response_model=Page[AlertAnswer], responses=TABLE_TOO)
async def list_alerts(
    monitoring: Monitoring,
    who: SignedIn,
    wanted: Wanted,
    wanted_format: WantedFormat,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Page[AlertAnswer] | Response:
    """The newest first. As a table, all of them."""
    only_of = sight(who, monitoring.clock())
    if wanted_format is not Format.JSON:
        return table_answer(wanted_format, "alerts", COLUMNS, _parts(monitoring, wanted, only_of))
    async with monitoring.database.transaction() as connection:
        found, total = await AlertStore(connection).page(wanted, only_of, offset, limit)
    return Page([_answer(*pair) for pair in found], total)


async def _parts(monitoring: MonitoringContext, wanted: AlertFilter, only_of: OnlyOf | None) -> Parts:
    """Each part goes on after the last alert of the one before: what is raised meanwhile moves nothing."""
    after: AlertRecord | None = None
    while True:
        async with monitoring.database.transaction() as connection:
            found = await AlertStore(connection).part(wanted, only_of, after, PART)
        answers = [_answer(*pair) for pair in found]
        yield [[getattr(answer, column.name) for column in COLUMNS] for answer in answers]
        if len(found) < PART:
            return
        after, _ = found[-1]


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


async def _require_sight(monitoring: Monitoring, who: SignedIn, alert_id: UUID) -> None:
    """Before the body is read: what is wrong with it is nobody else's business."""
    async with monitoring.database.transaction() as connection:
        await AlertStore(connection).get(alert_id, sight(who, monitoring.clock()))


@router.post("/api/alerts/{alert_id}/snooze", dependencies=[Depends(_require_sight)])
async def snooze(
    monitoring: Monitoring, who: SignedIn, origin: SignedInOrigin, alert_id: UUID, body: SnoozeBody
) -> AlertAnswer:
    """Not now: until then nobody is told of it, nor of another alert of the same device and rule."""
    async with _working(monitoring, who, origin) as work:
        return _answer(*await snooze_alert(work, alert_id, body.until, body.version))


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
    zone = ZoneInfo(device.time_zone)
    return AlertAnswer(
        id=alert.id,
        version=alert.version,
        kind=alert.kind,
        state=alert.state,
        severity=alert.severity,
        device_id=alert.device_id,
        device_name=device.name,
        since=alert.since.astimezone(zone),
        until=alert.until and alert.until.astimezone(zone),
        raised_at=alert.raised_at.astimezone(UTC),
        text=describe(alert, device),
        energy_kwh=kwh(alert.energy),
        limit_kwh=kwh(alert.threshold),
        usual_kwh=kwh(alert.usual),
        share_percent=alert.share_percent,
        power_w=alert.power_w,
        limit_w=alert.limit_w,
        cost=alert.cost,
        currency=alert.currency,
        historical=alert.historical,
        told_at=alert.told_at,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=alert.acknowledged_by,
        note=alert.note,
        snoozed_until=alert.snoozed_until,
        escalated_at=alert.escalated_at,
        cleared_at=alert.cleared_at,
    )
