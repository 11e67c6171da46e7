"""Usage of a device, of a site, of all my devices."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from kilowatch.contracts.metering import Direction
from kilowatch.kit.fields import ZoneName
from kilowatch.monitoring.api.context import Monitoring, MonitoringContext, PathId, json_answer
from kilowatch.monitoring.api.export import TABLE_TOO, Cell, Column, Format, WantedFormat, table_answer
from kilowatch.monitoring.api.subject import MeterOfDevice, MetersAtSite, MyMeters
from kilowatch.monitoring.domain.asking import asked_span, parts, require_at_most
from kilowatch.monitoring.domain.calendar import Axis, Period, axis
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.report import UsagePeriod, UsageSeries
from kilowatch.monitoring.domain.tariff import MICRO
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.handlers.tariffs import find_contracts
from kilowatch.monitoring.handlers.usage import NO_CONTRACTS, sum_usage
from kilowatch.monitoring.store.tariffs import TariffStore
from kilowatch.monitoring.store.usage import UsageStore

router = APIRouter(tags=["usage"])

#: A year of hours, or a hundred days of slots.
MAX_PERIODS: Final = 10_000
#: Ten years of slots. They are read and sent in parts.
MAX_TABLE_PERIODS: Final = 400_000
TABLE_PART: Final = 5_000


def _exact(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.6f}"


COLUMNS: Final = (
    Column("start", Cell.MOMENT),
    Column("end", Cell.MOMENT),
    Column("direction", Cell.TEXT),
    Column("energy_kwh", Cell.NUMBER, _exact),
    Column("peak_w", Cell.NUMBER),
    Column("readings", Cell.COUNT),
    Column("coverage", Cell.NUMBER),
    Column("quality", Cell.TEXT),
    Column("revision", Cell.COUNT),
    Column("complete", Cell.BOOL),
)
COST_COLUMNS: Final = (
    *COLUMNS,
    Column("cost", Cell.NUMBER, _exact),
    Column("standing_charge", Cell.NUMBER, _exact),
    Column("currency", Cell.TEXT),
)

_FROM: Final = "ISO 8601 date or time. Without an offset it is in the zone of the device. Default: the start of today."
_TO: Final = "Up to, not including. Default: the end of today."


@dataclass(frozen=True, slots=True)
class NetCost:
    """What consumption costs, less what feed-in earns."""

    currency: str
    total: float


@dataclass(frozen=True, slots=True)
class UsageAnswer:
    time_zone: str
    by: Period
    start: datetime  #: of the first period; periods are whole
    end: datetime
    series: Sequence[UsageSeries]  #: one for each direction that there are meters of
    net: NetCost | None = None  #: None: not asked for, no tariff, or tariffs in several currencies


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    start: str | None
    end: str | None
    by: Period
    zone: str | None  #: None: that of the first device
    cost: bool


def _question(
    start: Annotated[str | None, Query(alias="from", max_length=40, description=_FROM)] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description=_TO)] = None,
    by: Period = Period.HOUR,
    zone: Annotated[ZoneName | None, Query(description="IANA time zone. Default: that of the (first) device.")] = None,
    cost: Annotated[bool, Query(description="What it costs too, where a tariff applies.")] = False,
) -> UsageQuestion:
    return UsageQuestion(start, end, by, zone, cost)


Question: TypeAlias = Annotated[UsageQuestion, Depends(_question)]


@router.get("/api/usage/devices/{device_id}", response_model=UsageAnswer, responses=TABLE_TOO)
async def device_usage(
    monitoring: Monitoring, meters: MeterOfDevice, device_id: PathId, question: Question, wanted: WantedFormat
) -> Response:
    return await _answer(monitoring, meters, question, wanted, f"usage-device-{device_id}")


@router.get("/api/usage/sites/{site_id}", response_model=UsageAnswer, responses=TABLE_TOO)
async def site_usage(
    monitoring: Monitoring, meters: MetersAtSite, site_id: PathId, question: Question, wanted: WantedFormat
) -> Response:
    """Of the meters at a site that no other meter there measures already."""
    return await _answer(monitoring, meters, question, wanted, f"usage-site-{site_id}")


@router.get("/api/usage/mine", response_model=UsageAnswer, responses=TABLE_TOO)
async def my_usage(monitoring: Monitoring, meters: MyMeters, question: Question, wanted: WantedFormat) -> Response:
    """Of the meters assigned to whoever asks that no other of them measures already."""
    return await _answer(monitoring, meters, question, wanted, "usage-mine")


async def _answer(
    monitoring: MonitoringContext,
    meters: Sequence[VisibleMeter],
    question: UsageQuestion,
    wanted: Format,
    name: str,
) -> Response:
    now = monitoring.clock()
    zone = ZoneInfo(question.zone or (meters[0].device.time_zone if meters else "UTC"))
    span = asked_span(question.start, question.end, zone, now)
    contracts = await _contracts(monitoring, meters) if question.cost else NO_CONTRACTS
    if wanted is not Format.JSON:
        require_at_most(MAX_TABLE_PERIODS, span, question.by)
        axes = (axis(part, question.by, zone) for part in parts(span, question.by, zone, TABLE_PART))
        all_series = (await _series(monitoring, meters, contracts, periods, now) for periods in axes)
        if question.cost:
            return table_answer(wanted, name, COST_COLUMNS, _cost_parts(all_series))
        return table_answer(wanted, name, COLUMNS, _table_parts(all_series))
    require_at_most(MAX_PERIODS, span, question.by)
    periods = axis(span, question.by, zone)
    series = await _series(monitoring, meters, contracts, periods, now)
    return json_answer(UsageAnswer(zone.key, question.by, periods.local[0], periods.local[-1], series, _net(series)))


async def _contracts(monitoring: MonitoringContext, meters: Sequence[VisibleMeter]) -> Mapping[int, Sequence[Contract]]:
    async with monitoring.database.transaction() as connection:
        return await find_contracts(TariffStore(connection), [meter.device for meter in meters])


async def _series(
    monitoring: MonitoringContext,
    meters: Sequence[VisibleMeter],
    contracts: Mapping[int, Sequence[Contract]],
    periods: Axis,
    now: datetime,
) -> Sequence[UsageSeries]:
    async with monitoring.database.transaction() as connection:
        return await sum_usage(UsageStore(connection), meters, periods, now, contracts)


def _net(series: Sequence[UsageSeries]) -> NetCost | None:
    bills = [each.bill for each in series if each.bill is not None]
    currencies = {bill.currency for bill in bills}
    if len(currencies) != 1:
        return None
    return NetCost(currencies.pop(), sum(round(bill.total * MICRO) for bill in bills) / MICRO)


async def _table_parts(all_series: AsyncIterator[Sequence[UsageSeries]]) -> AsyncIterator[Iterable[Sequence[object]]]:
    async for series in all_series:
        yield [_usage_cells(each.direction, period) for each in series for period in each.periods]


async def _cost_parts(all_series: AsyncIterator[Sequence[UsageSeries]]) -> AsyncIterator[Iterable[Sequence[object]]]:
    async for series in all_series:
        yield [(*_usage_cells(each.direction, period), *money) for each in series for period, money in _billed(each)]


def _billed(series: UsageSeries) -> Iterable[tuple[UsagePeriod, Sequence[object]]]:
    """Each period with its cost, the standing charge in it, and the currency."""
    bill = series.bill
    if bill is None:
        return ((period, (None, None, "")) for period in series.periods)
    return zip(series.periods, zip(bill.costs, bill.standing_charges, repeat(bill.currency), strict=False), strict=True)


def _usage_cells(direction: Direction, period: UsagePeriod) -> Sequence[object]:
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
