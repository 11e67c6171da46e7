"""Usage of a device, of a site, of all my devices."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from kilowatch.contracts.metering import Direction
from kilowatch.kit.fields import ZoneName
from kilowatch.kit.http import SignedIn
from kilowatch.monitoring.api.context import Monitoring, MonitoringContext, PathId, json_answer
from kilowatch.monitoring.api.export import TABLE_TOO, Cell, Column, Format, WantedFormat, table_answer
from kilowatch.monitoring.domain.asking import asked_span, parts, require_at_most
from kilowatch.monitoring.domain.calendar import Axis, Period, axis
from kilowatch.monitoring.domain.report import UsagePeriod, UsageSeries
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.handlers.meters import find_meter, find_own_meters, find_site_meters
from kilowatch.monitoring.handlers.usage import counted_meters, sum_usage
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.usage import UsageStore

router = APIRouter(tags=["usage"])

#: A year of hours, or a hundred days of slots.
MAX_PERIODS: Final = 10_000
#: Ten years of slots. They are read and sent in parts.
MAX_TABLE_PERIODS: Final = 400_000
TABLE_PART: Final = 5_000
COLUMNS: Final = (
    Column("start", Cell.MOMENT),
    Column("end", Cell.MOMENT),
    Column("direction", Cell.TEXT),
    Column("energy_kwh", Cell.NUMBER, lambda energy: "" if energy is None else f"{energy:.6f}"),
    Column("peak_w", Cell.NUMBER),
    Column("readings", Cell.COUNT),
    Column("coverage", Cell.NUMBER),
    Column("quality", Cell.TEXT),
    Column("revision", Cell.COUNT),
    Column("complete", Cell.BOOL),
)

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
    zone: str | None  #: None: that of the first device


def _question(
    start: Annotated[str | None, Query(alias="from", max_length=40, description=_FROM)] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description=_TO)] = None,
    by: Period = Period.HOUR,
    zone: Annotated[ZoneName | None, Query(description="IANA time zone. Default: that of the (first) device.")] = None,
) -> UsageQuestion:
    return UsageQuestion(start, end, by, zone)


Question: TypeAlias = Annotated[UsageQuestion, Depends(_question)]


@router.get("/api/usage/devices/{device_id}", response_model=UsageAnswer, responses=TABLE_TOO)
async def device_usage(
    monitoring: Monitoring, who: SignedIn, device_id: PathId, question: Question, wanted: WantedFormat
) -> Response:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        meter = await find_meter(MeterStore(connection), who, device_id, now)
    return await _answer(monitoring, [meter], question, wanted, f"usage-device-{device_id}")


@router.get("/api/usage/sites/{site_id}", response_model=UsageAnswer, responses=TABLE_TOO)
async def site_usage(
    monitoring: Monitoring, who: SignedIn, site_id: PathId, question: Question, wanted: WantedFormat
) -> Response:
    """Of the meters at a site that no other meter there measures already."""
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        store = MeterStore(connection)
        meters = await counted_meters(store, await find_site_meters(store, who, site_id, now))
    return await _answer(monitoring, meters, question, wanted, f"usage-site-{site_id}")


@router.get("/api/usage/mine", response_model=UsageAnswer, responses=TABLE_TOO)
async def my_usage(monitoring: Monitoring, who: SignedIn, question: Question, wanted: WantedFormat) -> Response:
    """Of the meters assigned to whoever asks that no other of them measures already."""
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        store = MeterStore(connection)
        meters = await counted_meters(store, await find_own_meters(store, who, now))
    return await _answer(monitoring, meters, question, wanted, "usage-mine")


async def _answer(
    monitoring: MonitoringContext,
    meters: Sequence[VisibleMeter],
    question: UsageQuestion,
    wanted: Format,
    name: str,
) -> Response:
    now = monitoring.clock()
    zone = question.zone or (meters[0].device.time_zone if meters else "UTC")
    span = asked_span(question.start, question.end, ZoneInfo(zone), now)
    if wanted is not Format.JSON:
        require_at_most(MAX_TABLE_PERIODS, span, question.by)
        axes = (
            axis(part, question.by, ZoneInfo(zone)) for part in parts(span, question.by, ZoneInfo(zone), TABLE_PART)
        )
        return table_answer(wanted, name, COLUMNS, _table_parts(monitoring, meters, axes, now))
    require_at_most(MAX_PERIODS, span, question.by)
    periods = axis(span, question.by, ZoneInfo(zone))
    series = await _series(monitoring, meters, periods, now)
    return json_answer(UsageAnswer(zone, question.by, periods.local[0], periods.local[-1], series))


async def _series(
    monitoring: MonitoringContext, meters: Sequence[VisibleMeter], periods: Axis, now: datetime
) -> Sequence[UsageSeries]:
    async with monitoring.database.transaction() as connection:
        return await sum_usage(UsageStore(connection), meters, periods, now)


async def _table_parts(
    monitoring: MonitoringContext, meters: Sequence[VisibleMeter], axes: Iterable[Axis], now: datetime
) -> AsyncIterator[Iterable[Sequence[object]]]:
    for periods in axes:
        series = await _series(monitoring, meters, periods, now)
        yield [_table_row(each.direction, period) for each in series for period in each.periods]


def _table_row(direction: Direction, period: UsagePeriod) -> Sequence[object]:
    return (
        period.start,
        period.end,
        direction.value,
        period.energy_kwh,
        period.peak_w,
        period.readings,
        period.coverage,
        " ".join(period.quality),
        period.revision,
        period.complete,
    )
