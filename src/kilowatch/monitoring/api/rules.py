"""Rules of alerts: looked at, set, taken back, tried out on the past."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from kilowatch.contracts.events import AlertKind, Severity
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.fields import ClockTime
from kilowatch.kit.http import Administrator, SignedIn, SignedInOrigin, Staff
from kilowatch.kit.security import UserPrincipal
from kilowatch.monitoring.api.context import Monitoring, MonitoringContext, PathId
from kilowatch.monitoring.domain.alert import kwh
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import as_alert
from kilowatch.monitoring.domain.rules import CONDITIONS, QuietHours, Rule
from kilowatch.monitoring.domain.trial import Sighting, Telling, tellings
from kilowatch.monitoring.domain.words import describe
from kilowatch.monitoring.handlers.meters import find_meter
from kilowatch.monitoring.handlers.rules import (
    Setting,
    Trial,
    default_rules,
    remove_default,
    remove_own_rule,
    rules_of_device,
    set_default,
    set_own_rule,
    span_to_try,
    try_out,
)
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.rules import RuleStore
from kilowatch.monitoring.store.usage import UsageStore
from kilowatch.monitoring.store.watching import WatchStore

router = APIRouter(prefix="/api/alert-rules", tags=["alert rules"])

#: Of the times that a rule would have fired, so many are listed; all are counted.
MOST_LISTED: Final = 500
LONGEST_S: Final = 30 * 86_400
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class QuietBody(BaseModel):
    """By the device's clocks; over midnight when `end` is earlier."""

    model_config = ConfigDict(extra="forbid")

    start: ClockTime
    end: ClockTime


class _RuleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    severity: Severity = Severity.WARNING
    #: After an alert has been told, the next one of the device waits so long.
    cooldown_s: Annotated[int, Field(ge=0, le=LONGEST_S)] = 0
    #: What begins in quiet hours is told at their end, if it is still true. What is critical is told at once.
    quiet: QuietBody | None = None
    #: Not acknowledged for so long, it goes to the administrators. None: never.
    escalate_after_s: Annotated[int, Field(ge=60, le=LONGEST_S)] | None = None


class HourlyLimitRule(_RuleBody):
    """An hour's energy over the limit that the device has."""

    kind: Literal[AlertKind.HOURLY_LIMIT]


class PowerLimitRule(_RuleBody):
    """Power over a limit for some time."""

    kind: Literal[AlertKind.POWER_LIMIT]
    limit_w: Annotated[float, Field(gt=0, le=1e9)]
    for_s: Annotated[int, Field(ge=0, le=86_400)] = 300
    hysteresis_percent: Annotated[float, Field(ge=0, le=90)] = 5.0


class _BudgetRule(_RuleBody):
    kwh: Annotated[float, Field(gt=0, le=1e9)]
    warn_percent: Annotated[int, Field(ge=10, le=100, description="100: no warning before")] = 80


class DailyBudgetRule(_BudgetRule):
    """The energy of a local day over a share of its budget, or all of it."""

    kind: Literal[AlertKind.DAILY_BUDGET]


class MonthlyBudgetRule(_BudgetRule):
    """The energy of a local month over a share of its budget, or all of it."""

    kind: Literal[AlertKind.MONTHLY_BUDGET]


class OfflineRule(_RuleBody):
    """Readings that should have come and did not."""

    kind: Literal[AlertKind.OFFLINE]
    missed: Annotated[int, Field(ge=1, le=1_000, description="Intervals without a reading")] = 3
    grace_s: Annotated[int, Field(ge=0, le=86_400, description="After a restart or an outage of ours")] = 300


class UnusualUseRule(_RuleBody):
    """An hour far from the same hour of the same weekday in the weeks before."""

    kind: Literal[AlertKind.UNUSUAL_USE]
    weeks: Annotated[int, Field(ge=4, le=26)] = 8
    deviations: Annotated[float, Field(ge=2, le=20)] = 5.0
    least_kwh: Annotated[float, Field(ge=0, le=1e6)] = 0.3


RuleBody: TypeAlias = Annotated[
    HourlyLimitRule | PowerLimitRule | DailyBudgetRule | MonthlyBudgetRule | OfflineRule | UnusualUseRule,
    Field(discriminator="kind"),
]
BODIES: Final[dict[AlertKind, type[_RuleBody]]] = {
    AlertKind.HOURLY_LIMIT: HourlyLimitRule,
    AlertKind.POWER_LIMIT: PowerLimitRule,
    AlertKind.DAILY_BUDGET: DailyBudgetRule,
    AlertKind.MONTHLY_BUDGET: MonthlyBudgetRule,
    AlertKind.OFFLINE: OfflineRule,
    AlertKind.UNUSUAL_USE: UnusualUseRule,
}


class RuleOrigin(StrEnum):
    DEVICE = "device"
    DEFAULT = "default"


class RuleAnswer(BaseModel):
    rule: RuleBody
    origin: RuleOrigin


class PreviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rule: RuleBody
    days: Annotated[int, Field(ge=1, le=31)] = 30
    #: To try another limit than the device has.
    hourly_limit_kwh: Annotated[float, Field(gt=0, le=1e9)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    since: datetime  #: with the offset of the device's zone
    until: datetime | None
    told_at: datetime  #: when people would have heard of it
    text: str
    energy_kwh: float | None
    power_w: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    start: datetime
    end: datetime
    count: int  #: how often it would have fired
    held: int  #: how often more, if not for quiet hours and the pause after an alert
    text: str
    firings: Sequence[Firing]  #: the newest first, the first 500


async def _require_sight(monitoring: Monitoring, who: SignedIn, device_id: PathId) -> None:
    """Before the body is read: what is wrong with it is nobody else's business."""
    async with monitoring.database.transaction() as connection:
        await find_meter(MeterStore(connection), who, device_id, monitoring.clock())


SEEN: Final = [Depends(_require_sight)]


@router.get("")
async def list_defaults(monitoring: Monitoring, _: Staff) -> Sequence[RuleAnswer]:
    """What is watched of devices that have no rule of their own."""
    async with monitoring.database.transaction() as connection:
        found = await default_rules(RuleStore(connection))
    return [_answer(rule, RuleOrigin.DEFAULT) for rule in found.values()]


@router.put("")
async def put_default(monitoring: Monitoring, who: Administrator, origin: SignedInOrigin, body: RuleBody) -> RuleAnswer:
    async with _setting(monitoring, who, origin) as setting:
        await set_default(setting, _rule(body))
    return RuleAnswer(rule=body, origin=RuleOrigin.DEFAULT)


@router.delete("/{kind}", status_code=HTTPStatus.NO_CONTENT)
async def delete_default(monitoring: Monitoring, who: Administrator, origin: SignedInOrigin, kind: AlertKind) -> None:
    """Back to what is shipped."""
    async with _setting(monitoring, who, origin) as setting:
        await remove_default(setting, kind)


@router.get("/devices/{device_id}")
async def list_rules(
    monitoring: Monitoring, who: SignedIn, origin: SignedInOrigin, device_id: PathId
) -> Sequence[RuleAnswer]:
    """The rule of every kind that holds for a device, and whether it is its own."""
    async with _setting(monitoring, who, origin) as setting:
        _, holding, own = await rules_of_device(setting, device_id)
    return [_answer(rule, RuleOrigin.DEVICE if kind in own else RuleOrigin.DEFAULT) for kind, rule in holding.items()]


@router.put("/devices/{device_id}", dependencies=SEEN)
async def put_rule(
    monitoring: Monitoring, who: SignedIn, origin: SignedInOrigin, device_id: PathId, body: RuleBody
) -> RuleAnswer:
    """Of its kind, this is the device's own rule from now on."""
    async with _setting(monitoring, who, origin) as setting:
        await set_own_rule(setting, device_id, _rule(body))
    return RuleAnswer(rule=body, origin=RuleOrigin.DEVICE)


@router.delete("/devices/{device_id}/{kind}", status_code=HTTPStatus.NO_CONTENT)
async def delete_rule(
    monitoring: Monitoring, who: SignedIn, origin: SignedInOrigin, device_id: PathId, kind: AlertKind
) -> None:
    """The default holds again."""
    async with _setting(monitoring, who, origin) as setting:
        await remove_own_rule(setting, device_id, kind)


@router.post("/devices/{device_id}/preview", dependencies=SEEN)
async def preview(monitoring: Monitoring, who: SignedIn, device_id: PathId, body: PreviewBody) -> Preview:
    """How often a rule would have fired, and when. Nothing is changed."""
    now = monitoring.clock()
    rule = _rule(body.rule)
    async with monitoring.database.transaction() as connection:
        meter = await find_meter(MeterStore(connection), who, device_id, now)
        visible_from = min(window.start for window in meter.windows)
        trial = Trial(WatchStore(connection), UsageStore(connection))
        asked = Span(max(now - timedelta(days=body.days), visible_from), now)
        span = await span_to_try(trial.watch, meter.device, rule, asked)
        found = await try_out(trial, meter.device, rule, span, visible_from, body.hourly_limit_kwh)
    return _preview(found, meter.device, rule, span)


@asynccontextmanager
async def _setting(monitoring: MonitoringContext, who: UserPrincipal, origin: Origin) -> AsyncIterator[Setting]:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        yield Setting(
            rules=RuleStore(connection),
            watch=WatchStore(connection),
            meters=MeterStore(connection),
            audit=Audit(connection, origin, now),
            who=who,
            now=now,
        )


def _rule(body: _RuleBody) -> Rule:
    said = dict(body)
    kind = AlertKind(said["kind"])
    condition = CONDITIONS[kind]
    return Rule(
        kind=kind,
        enabled=body.enabled,
        severity=body.severity,
        cooldown_s=body.cooldown_s,
        quiet=QuietHours(body.quiet.start, body.quiet.end) if body.quiet else None,
        escalate_after_s=body.escalate_after_s,
        condition=condition(**{each.name: said[each.name] for each in fields(condition)}),
    )


def _answer(rule: Rule, origin: RuleOrigin) -> RuleAnswer:
    said: dict[str, Any] = asdict(rule)
    return RuleAnswer(rule=BODIES[rule.kind](**said.pop("condition"), **said), origin=origin)


def _preview(found: Sequence[Sighting], device: Device, rule: Rule, span: Span) -> Preview:
    zone = ZoneInfo(device.time_zone)
    told = tellings(found, rule, zone, span.end)
    return Preview(
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        count=len(told),
        held=len(found) - len(told),
        text=_in_words(len(told), span.end - span.start),
        firings=[_firing(each, device, rule, span.end) for each in reversed(told[-MOST_LISTED:])],
    )


def _in_words(count: int, length: timedelta) -> str:
    time = _counted(length / DAY, "day") if length >= DAY else _counted(length / HOUR, "hour")
    match count:
        case 0:
            return f"Would not have fired in the last {time}."
        case 1:
            return f"Would have fired once in the last {time}."
        case _:
            return f"Would have fired {count} times in the last {time}."


def _counted(length: float, unit: str) -> str:
    count = round(length)
    return f"{count} {unit}s" if count > 1 else unit


def _firing(telling: Telling, device: Device, rule: Rule, now: datetime) -> Firing:
    zone, found = ZoneInfo(device.time_zone), telling.finding
    return Firing(
        since=found.since.astimezone(zone),
        until=found.until and found.until.astimezone(zone),
        told_at=telling.told_at.astimezone(zone),
        text=describe(as_alert(found, device.id, rule, now, historical=False), device),
        energy_kwh=kwh(found.measured.energy),
        power_w=found.measured.power_w,
    )
