"""What the clock at a device showed, in UTC.

A wall-clock time in the hour that daylight saving repeats means two moments, and one in the hour that it skips means
none. In doubt a reading is placed by the offset before the change, and flagged: of two moments that is the first; a
skipped time is what a clock shows that nobody has put forward yet.

The order of a batch can take the doubt away: where the readings of a device come oldest first and their clock steps
back within the repeated hour, those before the step are of its first pass, those after it of the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.balancer.domain.instants import Bools, Ints

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2060
#: No two changes of any zone since 1990 are closer than 6.9 days.
STEP: Final = timedelta(days=3)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """The changes of a zone's offset, as columns in microseconds."""

    at: Ints  #: moments of change, UTC
    offsets: Ints  #: in force before the first change, between them, and after the last: one more than changes


@dataclass(frozen=True, slots=True)
class Placed:
    """Wall-clock times in UTC."""

    first: Ints  #: by the offset before a change
    second: Ints  #: by the offset after it; the same as `first` where there is no doubt
    repeated: Bools
    skipped: Bools


@cache
def zone_rules(name: str) -> ZoneRules:
    """The rules of a zone from 1990 to 2060; beyond, the nearest offset. Takes some 20 ms, once for each zone.

    The standard library tells the offset of one moment, not when it changes: that is found by asking for every third
    day, then by halving. Raises `ZoneInfoNotFoundError`.
    """
    zone = ZoneInfo(name)
    start = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    days = [start + STEP * step for step in range((LAST_YEAR - FIRST_YEAR) * 366 // STEP.days)]
    offsets = [_offset(day, zone) for day in days]
    spans = zip(pairwise(days), pairwise(offsets), strict=True)
    changes = [_change(zone, *span) for span, (before, after) in spans if before != after]
    in_force = [offsets[0], *(_offset(change, zone) for change in changes)]
    return ZoneRules(_us([change - _EPOCH for change in changes]), _us(in_force))


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first moment with the offset of `after`."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _us(durations: Sequence[timedelta]) -> Ints:
    return np.array([duration // _MICROSECOND for duration in durations], np.int64)


def place(wall: Ints, rules: ZoneRules) -> Placed:
    """Find the moments at which the clocks of a zone show `wall`, microseconds as if it were UTC."""
    before, after = rules.offsets[:-1], rules.offsets[1:]
    # A change is surely over once the clock shows more than it ever shows before it; it may be once it shows what it
    # shows after it. Between the two lie the repeated times and the skipped ones.
    surely_over = np.searchsorted(rules.at + np.maximum(before, after), wall, side="right")
    perhaps_over = np.searchsorted(rules.at + np.minimum(before, after), wall, side="right")
    doubtful = surely_over != perhaps_over
    first, second = wall - rules.offsets[surely_over], wall - rules.offsets[perhaps_over]
    return Placed(first, second, doubtful & (first < second), doubtful & (first > second))


def told_by_order(devices: Ints, wall: Ints, repeated: Bools) -> tuple[Bools, Bools]:
    """Which readings are beyond doubt of the first pass through the repeated hour, and which of the second."""
    first = np.zeros(len(wall), np.bool_)
    second = np.zeros(len(wall), np.bool_)
    for device in np.unique(devices[repeated]):
        mine = np.flatnonzero(devices == device)
        steps_back = np.flatnonzero(np.diff(wall[mine]) <= 0)
        if len(steps_back) == 1 and repeated[mine[steps_back[0] : steps_back[0] + 2]].all():
            first[mine[: steps_back[0] + 1]] = True
            second[mine[steps_back[0] + 1 :]] = True
    return first & repeated, second & repeated
