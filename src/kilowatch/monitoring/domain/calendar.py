"""Hours, days, weeks, months and years in a device's time zone, as instants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.monitoring.domain.usage import SLOT_US, Ints

HOUR_US: Final = 3_600_000_000
SLOTS_PER_HOUR: Final = HOUR_US // SLOT_US
QUARTERS_PER_DAY: Final = 96


class Period(StrEnum):
    """How usage is summed up."""

    SLOT = "slot"  #: 15 minutes
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"  #: from Monday
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Span:
    """The instants from `start` up to, not including, `end`."""

    start: datetime
    end: datetime


def period_start(moment: datetime, period: Period, zone: ZoneInfo) -> datetime:
    """The beginning of the period that holds `moment`, as an instant in UTC."""
    match period:
        case Period.SLOT:
            return _floor(moment, _SLOT)
        case Period.HOUR:
            return _hour_start(moment, zone)
        case _:
            return midnight(_first_day(moment.astimezone(zone).date(), period), zone)


def next_period_start(start: datetime, period: Period, zone: ZoneInfo) -> datetime:
    """The beginning of the period after the one that begins at `start`."""
    match period:
        case Period.SLOT:
            return start + _SLOT
        case Period.HOUR:
            return _next_hour_start(start, zone)
        case _:
            return midnight(_first_day(start.astimezone(zone).date() + _MORE_THAN[period], period), zone)


def periods(span: Span, period: Period, zone: ZoneInfo) -> Iterator[Span]:
    """The periods that overlap `span`, whole, in order. A day has 23, 24 or 25 hours, as the zone says."""
    start = period_start(span.start, period, zone)
    while start < span.end:
        end = next_period_start(start, period, zone)
        yield Span(start, end)
        start = end


@dataclass(frozen=True, slots=True)
class Axis:
    """Periods in a row: period `k` goes from boundary `k` to boundary `k + 1`."""

    instants: tuple[datetime, ...]  #: UTC
    #: The same as people read them. Not for reckoning: Python takes the difference of two local times by their clocks.
    local: tuple[datetime, ...]
    edges: Ints = field(compare=False, repr=False)  #: the instants again, µs since 1970


@lru_cache(maxsize=64)
def axis(span: Span, period: Period, zone: ZoneInfo) -> Axis:
    """The whole periods that overlap `span`.

    Kept, because the hours of a year take longer to lay out than their usage takes to read, and everybody asks for
    the same years.
    """
    instants = (period_start(span.start, period, zone), *(each.end for each in periods(span, period, zone)))
    return Axis(instants, tuple(instant.astimezone(zone) for instant in instants), time_column(instants))


def time_column(instants: Sequence[datetime]) -> Ints:
    """µs since 1970 of moments in UTC."""
    return np.array([instant.replace(tzinfo=None) for instant in instants], "datetime64[us]").astype(np.int64)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day. Where daylight saving skips midnight, the instant at which it skips."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


#: Enough days to be inside the next period whatever its length, and not beyond it.
_MORE_THAN: Final = {
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: timedelta(days=31),
    Period.YEAR: timedelta(days=366),
}


def _first_day(day: date, period: Period) -> date:
    match period:
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


def _hour_start(moment: datetime, zone: ZoneInfo) -> datetime:
    """The full local hour, or a change of offset since then: Lord Howe's clocks change by half an hour."""
    offset = _offset(moment, zone)
    start = _floor(moment + offset, _HOUR) - offset
    while start < moment and _offset(start, zone) != offset:
        start += _SLOT
    return start


def _next_hour_start(start: datetime, zone: ZoneInfo) -> datetime:
    """The next full local hour, or a change of offset before it: Caracas changed at half past two."""
    offset = _offset(start, zone)
    moment, end = start + _SLOT, _floor(start + offset, _HOUR) - offset + _HOUR
    while moment < end and _offset(moment, zone) == offset:
        moment += _SLOT
    return moment


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % step


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SLOT: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)


def hour_of_slot(slot: Ints, zone: str) -> Ints:
    """The local hour that each slot lies in, named by its first slot. Local hours need not begin on UTC hours."""
    if not len(slot):
        return slot
    day = slot // 96
    first, last = int(day.min()), int(day.max())
    phases = np.array([_phase(zone, each) for each in range(first, last + 1)], np.int64)
    phase = phases[day - first]
    return (slot + phase) // SLOTS_PER_HOUR * SLOTS_PER_HOUR - phase


@lru_cache(maxsize=100_000)
def _phase(zone: str, day: int) -> int:
    """Slots by which local hours are ahead of UTC hours on a day since 1970 (0 to 3): 2 in Adelaide, 3 in Kathmandu.

    Taken at noon UTC: only Lord Howe Island (half an hour of daylight saving) changes it at all, and there the
    hours of the day of the switch are judged by the phase of its noon.
    """
    noon = datetime.fromtimestamp(day * 86_400 + 43_200, ZoneInfo(zone))
    offset = noon.utcoffset() or timedelta()
    return int(offset / timedelta(minutes=15)) % SLOTS_PER_HOUR


def local_clock(slot: Ints, zone: ZoneInfo) -> tuple[Ints, Ints]:
    """The local day (since 1970) and the quarter of it (0 to 95) in which each slot begins.

    On the day on which clocks go back, four slots share their quarters with four others.
    """
    local = slot + _offsets(slot, zone)
    return local // QUARTERS_PER_DAY, local % QUARTERS_PER_DAY


def _offsets(slot: Ints, zone: ZoneInfo) -> Ints:
    """Quarters by which local clocks are ahead of UTC. Those of a day of UTC are alike, unless its ends differ."""
    if not len(slot):
        return slot
    day = slot // QUARTERS_PER_DAY
    first, last = int(day.min()), int(day.max())
    at_midnight = np.array([_offset_at(zone, each * QUARTERS_PER_DAY) for each in range(first, last + 2)], np.int64)
    found: Ints = at_midnight[day - first]
    changing = np.flatnonzero(found != at_midnight[day - first + 1])
    found[changing] = [_offset_at(zone, each) for each in slot[changing].tolist()]
    return found


@lru_cache(maxsize=100_000)
def _offset_at(zone: ZoneInfo, slot: int) -> int:
    return _offset(datetime.fromtimestamp(slot * 900, UTC), zone) // _SLOT
