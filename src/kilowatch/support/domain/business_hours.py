"""When people are there to answer: intervals of a day, holidays, a time zone; and how much of such time has passed.

The opening hours are a set of instants. Business time between two instants is the measure of what lies between them,
so it adds up, whatever the clocks do in between.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.kit.errors import Invalid

MINUTES_OF_DAY: Final = 24 * 60
MOST_INTERVALS: Final = 8
#: Who does not open within a year does not open.
LOOK_AHEAD_DAYS: Final = 370


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Minutes of a local day: from `start` up to, not including, `end`; 1440 is midnight at its end."""

    start: int
    end: int


def _require_intervals(day: tuple[Interval, ...]) -> None:
    """Raises `Invalid`."""
    if len(day) > MOST_INTERVALS:
        raise Invalid(f"A day has at most {MOST_INTERVALS} intervals.")
    if any(not 0 <= interval.start < interval.end <= MINUTES_OF_DAY for interval in day):
        raise Invalid("An interval begins before it ends, within its day.")
    ordered = sorted(day)
    if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
        raise Invalid("The intervals of a day do not overlap.")


@dataclass(frozen=True, slots=True)
class BusinessHours:
    time_zone: str
    week: tuple[tuple[Interval, ...], ...]  #: seven days, Monday first
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Raises `Invalid`."""
        if len(self.week) != 7:
            raise Invalid("A week has seven days, Monday first.")
        for day in self.week:
            _require_intervals(day)


_OFFICE_DAY: Final = (Interval(9 * 60, 17 * 60),)
#: Until an administrator sets others.
OFFICE: Final = BusinessHours("UTC", (*(_OFFICE_DAY,) * 5, (), ()))


def is_open(hours: BusinessHours, at: datetime) -> bool:
    return any(start <= at < end for start, end in _spans(hours, at, at))


def next_opening(hours: BusinessHours, at: datetime) -> datetime | None:
    """The first instant not before `at` at which somebody is there; None: not within a year."""
    for start, end in _spans(hours, at, at + timedelta(days=LOOK_AHEAD_DAYS)):
        if at < end:
            return max(start, at)
    return None


def business_time(hours: BusinessHours, start: datetime, end: datetime) -> timedelta:
    """How long it was open between the two."""
    total = timedelta()
    for opens, closes in _spans(hours, start, end):
        total += max(timedelta(), min(closes, end) - max(opens, start))
    return total


def _spans(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The times that are open on the local days from `start` to `end`, in order, in UTC, none touching another."""
    open_until: tuple[datetime, datetime] | None = None
    for span in _of_each_day(hours, start, end):
        # Local times that the clock skips fall on those that follow: what overlaps then is open once.
        if open_until and span[0] <= open_until[1]:
            open_until = (open_until[0], max(open_until[1], span[1]))
            continue
        if open_until:
            yield open_until
        open_until = span
    if open_until:
        yield open_until


def _of_each_day(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.time_zone)
    for day in _days(start.astimezone(zone).date(), end.astimezone(zone).date()):
        if day not in hours.holidays:
            instants = ((_instant(day, i.start, zone), _instant(day, i.end, zone)) for i in hours.week[day.weekday()])
            yield from sorted(span for span in instants if span[0] < span[1])


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)  # wall time: the zone is looked up at the result
