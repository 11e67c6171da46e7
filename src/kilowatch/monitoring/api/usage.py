"""Usage of a device, of a site, of all my devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.fields import ZoneName
from kilowatch.kit.http import SignedIn
from kilowatch.monitoring.api.context import Monitoring, PathId, json_answer
from kilowatch.monitoring.domain.asking import asked_span, require_at_most
from kilowatch.monitoring.domain.calendar import Axis, Period, axis
from kilowatch.monitoring.domain.report import UsageSeries
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.handlers.meters import find_meter, find_own_meters, find_site_meters
from kilowatch.monitoring.handlers.usage import counted_meters, sum_usage
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.usage import UsageStore

router = APIRouter(tags=["usage"])

#: A year of hours, or a hundred days of slots.
MAX_PERIODS: Final = 10_000

_FROM: Final = "ISO 8601 date or time. Without an offset it is in the zone of the device. Default: the start of today."
_TO: Final = "Up to, not including. Default: the end of today."


@dataclass(frozen=True, slots=True)
class UsageAnswer:
    time_zone: str
    by: Period
    start: datetime  #: of the first period; periods are whole
    end: datetime
    series: Sequence[UsageSeries]  #: one for each direction that there are meters of


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    start: str | None
    end: str | None
    by: Period

    def axis(self, zone: str, now: datetime) -> Axis:
        """Raises `Invalid`."""
        zone_info = ZoneInfo(zone)
        span = asked_span(self.start, self.end, zone_info, now)
        require_at_most(MAX_PERIODS, span, self.by)
        return axis(span, self.by, zone_info)


def _question(
    start: Annotated[str | None, Query(alias="from", max_length=40, description=_FROM)] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description=_TO)] = None,
    by: Period = Period.HOUR,
) -> UsageQuestion:
    return UsageQuestion(start, end, by)


Question: TypeAlias = Annotated[UsageQuestion, Depends(_question)]
#: Of a sum over several devices. Default: the zone of the first device.
Zone: TypeAlias = Annotated[ZoneName | None, Query(description="IANA time zone. Default: that of the first device.")]


@router.get("/api/usage/devices/{device_id}", response_model=UsageAnswer)
async def device_usage(
    monitoring: Monitoring, who: SignedIn, device_id: PathId, question: Question, zone: Zone = None
) -> Response:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        meter = await find_meter(MeterStore(connection), who, device_id, now)
        return await _answer(connection, [meter], question, zone, now)


@router.get("/api/usage/sites/{site_id}", response_model=UsageAnswer)
async def site_usage(
    monitoring: Monitoring, who: SignedIn, site_id: PathId, question: Question, zone: Zone = None
) -> Response:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        meters = await find_site_meters(MeterStore(connection), who, site_id, now)
        return await _answer(connection, await counted_meters(MeterStore(connection), meters), question, zone, now)


@router.get("/api/usage/mine", response_model=UsageAnswer)
async def my_usage(monitoring: Monitoring, who: SignedIn, question: Question, zone: Zone = None) -> Response:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        meters = await find_own_meters(MeterStore(connection), who, now)
        return await _answer(connection, await counted_meters(MeterStore(connection), meters), question, zone, now)


async def _answer(
    connection: AsyncConnection,
    meters: Sequence[VisibleMeter],
    question: UsageQuestion,
    zone: str | None,
    now: datetime,
) -> Response:
    name = zone or (meters[0].device.time_zone if meters else "UTC")
    periods = question.axis(name, now)
    series = await sum_usage(UsageStore(connection), meters, periods, now)
    return json_answer(UsageAnswer(name, question.by, periods.local[0], periods.local[-1], series))
