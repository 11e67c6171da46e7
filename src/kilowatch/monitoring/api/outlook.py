"""What usage is like: how the month will end, and how a typical week goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from kilowatch.kit.errors import Invalid
from kilowatch.kit.fields import ZoneName
from kilowatch.monitoring.api.context import Monitoring, MonitoringContext, json_answer
from kilowatch.monitoring.api.subject import MeterOfDevice, MetersAtSite, MyMeters
from kilowatch.monitoring.domain.asking import asked_span
from kilowatch.monitoring.domain.forecast import Forecast
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.domain.week import TypicalWeek
from kilowatch.monitoring.handlers.outlook import forecast_month, summarize_week
from kilowatch.monitoring.handlers.tariffs import find_contracts
from kilowatch.monitoring.store.tariffs import TariffStore
from kilowatch.monitoring.store.usage import UsageStore

router = APIRouter(tags=["usage"])

LONGEST: Final = timedelta(days=800)
USUAL: Final = timedelta(weeks=4)

Zone: TypeAlias = Annotated[
    ZoneName | None, Query(alias="zone", description="IANA time zone. Default: that of the (first) device.")
]


@dataclass(frozen=True, slots=True)
class MonthForecast:
    time_zone: str
    start: datetime
    end: datetime
    series: Sequence[Forecast]  #: one for each direction that there are meters of


@dataclass(frozen=True, slots=True)
class WeekAnswer:
    time_zone: str
    start: datetime
    end: datetime
    series: Sequence[TypicalWeek]  #: one for each direction that there are meters of


@dataclass(frozen=True, slots=True)
class WeekQuestion:
    start: str | None
    end: str | None
    zone: str | None


def _question(
    start: Annotated[str | None, Query(alias="from", max_length=40, description="Default: four weeks ago")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="Up to, not including")] = None,
    zone: Zone = None,
) -> WeekQuestion:
    return WeekQuestion(start, end, zone)


Question: TypeAlias = Annotated[WeekQuestion, Depends(_question)]


@router.get("/api/usage/devices/{device_id}/projection", response_model=MonthForecast)
async def project_device(monitoring: Monitoring, meters: MeterOfDevice, zone: Zone = None) -> Response:
    """How the month will end, with a range; what it will cost, where a tariff applies."""
    return await _forecast(monitoring, meters, zone)


@router.get("/api/usage/sites/{site_id}/projection", response_model=MonthForecast)
async def project_site(monitoring: Monitoring, meters: MetersAtSite, zone: Zone = None) -> Response:
    return await _forecast(monitoring, meters, zone)


@router.get("/api/usage/mine/projection", response_model=MonthForecast)
async def project_mine(monitoring: Monitoring, meters: MyMeters, zone: Zone = None) -> Response:
    return await _forecast(monitoring, meters, zone)


@router.get("/api/usage/devices/{device_id}/week", response_model=WeekAnswer)
async def week_of_device(monitoring: Monitoring, meters: MeterOfDevice, question: Question) -> Response:
    """A typical week: what each of its hours uses on average."""
    return await _week(monitoring, meters, question)


@router.get("/api/usage/sites/{site_id}/week", response_model=WeekAnswer)
async def week_of_site(monitoring: Monitoring, meters: MetersAtSite, question: Question) -> Response:
    return await _week(monitoring, meters, question)


@router.get("/api/usage/mine/week", response_model=WeekAnswer)
async def my_week(monitoring: Monitoring, meters: MyMeters, question: Question) -> Response:
    return await _week(monitoring, meters, question)


async def _forecast(monitoring: MonitoringContext, meters: Sequence[VisibleMeter], asked_zone: str | None) -> Response:
    zone = _zone(meters, asked_zone)
    async with monitoring.database.transaction() as connection:
        contracts = await find_contracts(TariffStore(connection), [meter.device for meter in meters])
        month, series = await forecast_month(UsageStore(connection), meters, contracts, zone, monitoring.clock())
    start, end = month.start.astimezone(zone), month.end.astimezone(zone)
    return json_answer(MonthForecast(zone.key, start, end, series))


async def _week(monitoring: MonitoringContext, meters: Sequence[VisibleMeter], question: WeekQuestion) -> Response:
    now, zone = monitoring.clock(), _zone(meters, question.zone)
    span = asked_span(question.start or (now - USUAL).isoformat(), question.end, zone, now)
    if span.end - span.start > LONGEST:
        raise Invalid(f"Ask for {LONGEST.days} days at most.")
    async with monitoring.database.transaction() as connection:
        series = await summarize_week(UsageStore(connection), meters, span, zone)
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return json_answer(WeekAnswer(zone.key, start, end, series))


def _zone(meters: Sequence[VisibleMeter], asked: str | None) -> ZoneInfo:
    return ZoneInfo(asked or (meters[0].device.time_zone if meters else "UTC"))
