"""Readings of a device, as they came."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import APIRouter, Depends, Query, Response

from kilowatch.contracts.batch import AMBIGUOUS_TIME
from kilowatch.contracts.metering import Device, MeterKind
from kilowatch.kit.errors import NotFound
from kilowatch.kit.http import SignedIn
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.api.context import Monitoring, MonitoringContext, PathId, json_answer
from kilowatch.monitoring.api.export import TABLE_TOO, Cell, Column, Format, WantedFormat, table_answer
from kilowatch.monitoring.domain.asking import EARLIEST, LATEST, read_moment
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.configuration import in_force
from kilowatch.monitoring.domain.usage import NEWEST_READINGS, newest_power
from kilowatch.monitoring.domain.visibility import VisibleMeter, clipped
from kilowatch.monitoring.handlers.meters import find_meter
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.intake import stored_rows
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.readings import Order, ReadingStore, StoredReading

router = APIRouter(tags=["readings"])

TABLE_PART: Final = 5_000
COLUMNS: Final = (
    Column("time", Cell.MOMENT),
    Column("value", Cell.NUMBER),
    Column("unit", Cell.TEXT),
    Column("ambiguous", Cell.BOOL),
)


@dataclass(frozen=True, slots=True)
class ReadingAnswer:
    time: datetime  #: with the offset of the device's zone
    value: float
    unit: str  #: kWh or W
    ambiguous: bool  #: it came without a zone, in the hour that was repeated


@dataclass(frozen=True, slots=True)
class PowerAnswer:
    """As the newest reading shows it; null where there is none yet, or none before it to tell it from."""

    power_w: float | None
    time: datetime | None  #: of that reading, with the offset of the device's zone
    is_old: bool  #: by now there should have been another


@dataclass(frozen=True, slots=True)
class ReadingPage:
    items: Sequence[ReadingAnswer]
    next: str | None  #: `after` of the following page


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    start: str | None
    end: str | None
    order: Order
    after: str | None

    def span(self, zone: ZoneInfo) -> Span:
        start = read_moment(self.start, zone) if self.start else EARLIEST
        return Span(start, read_moment(self.end, zone) if self.end else LATEST)


def _question(
    start: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="Up to, not including")] = None,
    order: Order = Order.ASCENDING,
    after: Annotated[str | None, Query(max_length=40, description="`next` of the page before")] = None,
) -> ReadingQuestion:
    return ReadingQuestion(start, end, order, after)


Question: TypeAlias = Annotated[ReadingQuestion, Depends(_question)]


@router.get("/api/readings/{device_id}", response_model=ReadingPage, responses=TABLE_TOO)
async def list_readings(
    monitoring: Monitoring,
    who: SignedIn,
    device_id: PathId,
    question: Question,
    wanted: WantedFormat,
    limit: Annotated[int, Query(ge=1, le=5_000)] = 500,
) -> Response:
    async with monitoring.database.transaction() as connection:
        meter = await find_meter(MeterStore(connection), who, device_id, monitoring.clock())
    zone = ZoneInfo(meter.device.time_zone)
    seen = VisibleMeter(meter.device, clipped(meter.windows, question.span(zone)))
    after = read_moment(question.after, zone) if question.after else None
    if wanted is not Format.JSON:
        parts = _table_parts(monitoring, seen, question.order, after)
        return table_answer(wanted, f"readings-{device_id}", COLUMNS, parts)
    found = await _page(monitoring, seen, question.order, after, limit)
    following = _cursor(found[-1]) if len(found) == limit else None
    return json_answer(ReadingPage([_answer(seen.device, zone, each) for each in found], following))


@router.get("/api/readings/{device_id}/latest")
async def latest_reading(monitoring: Monitoring, who: SignedIn, device_id: PathId) -> ReadingAnswer:
    async with monitoring.database.transaction() as connection:
        meter = await find_meter(MeterStore(connection), who, device_id, monitoring.clock())
    found = await _page(monitoring, meter, Order.DESCENDING, None, 1)
    if not found:
        raise NotFound("There is no reading yet.")
    return _answer(meter.device, ZoneInfo(meter.device.time_zone), found[0])


@router.get("/api/readings/{device_id}/power")
async def power_now(monitoring: Monitoring, who: SignedIn, device_id: PathId) -> PowerAnswer:
    async with monitoring.database.transaction() as connection:
        meter = await find_meter(MeterStore(connection), who, device_id, monitoring.clock())
    found = await _page(monitoring, meter, Order.DESCENDING, None, NEWEST_READINGS)
    return _power(meter.device, found, monitoring.clock())


async def _page(
    monitoring: MonitoringContext, meter: VisibleMeter, order: Order, after: datetime | None, limit: int
) -> Sequence[StoredReading]:
    if not meter.windows:
        return []
    async with monitoring.database.transaction() as connection:
        return await ReadingStore(connection).page(meter.device.id, meter.windows, order, after, limit)


async def _table_parts(
    monitoring: MonitoringContext, meter: VisibleMeter, order: Order, after: datetime | None
) -> AsyncIterator[Iterable[Sequence[object]]]:
    zone = ZoneInfo(meter.device.time_zone)
    while found := await _page(monitoring, meter, order, after, TABLE_PART):
        yield [_table_row(_answer(meter.device, zone, each)) for each in found]
        after = found[-1].time


def _table_row(answer: ReadingAnswer) -> Sequence[object]:
    return (answer.time, answer.value, answer.unit, answer.ambiguous)


def _answer(device: Device, zone: ZoneInfo, found: StoredReading) -> ReadingAnswer:
    is_power = in_force(device.configurations, found.time).kind is MeterKind.POWER
    ambiguous = bool(found.flags & AMBIGUOUS_TIME)
    return ReadingAnswer(found.time.astimezone(zone), found.value, "W" if is_power else "kWh", ambiguous)


def _power(device: Device, newest_first: Sequence[StoredReading], now: datetime) -> PowerAnswer:
    if not newest_first:
        return PowerAnswer(None, None, is_old=False)
    rows = stored_rows(
        [(device.id, microseconds(each.time), each.value, each.flags) for each in reversed(newest_first)]
    )
    newest, watts = newest_power(Fleet.of([device]).configure(rows))
    is_old = microseconds(now) - int(newest["time"][0]) > int(newest["max_gap"][0])
    power = None if np.isnan(watts[0]) else round(float(watts[0]), 1)
    return PowerAnswer(power, newest_first[0].time.astimezone(ZoneInfo(device.time_zone)), is_old)


def _cursor(last: StoredReading) -> str:
    return last.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
