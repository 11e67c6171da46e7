"""The answer to "how much, when": sums of slots laid out along an axis of periods."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

import numpy as np

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.calendar import Axis, microseconds
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Ints, Quality
from kilowatch.monitoring.domain.visibility import VisibleMeter


class Sums(NamedTuple):
    """What the slots of a period sum up to."""

    energy: int  #: mWh
    peak: float  #: W
    readings: int
    covered: int  #: µs
    quality: int
    revision: int


@dataclass(slots=True)  # not frozen: that would make a year of hours half as fast
class UsagePeriod:
    start: datetime  #: with the offset of the zone
    end: datetime
    #: Exact: a float of whole milliwatt-hours prints as that decimal number up to a billion kWh. None: no data.
    energy_kwh: float | None
    #: Of one device, its largest sample or mean between two readings; of several, their largest sum over a slot.
    peak_w: float | None
    readings: int
    coverage: float  #: part of the time so far that readings account for, 0 to 1
    quality: Sequence[str]
    revision: int  #: how often late data have changed a slot of it
    complete: bool  #: False: still going on


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSeries:
    direction: Direction
    device_ids: Sequence[int]
    periods: Sequence[UsagePeriod]
    total: UsagePeriod


def lay_out(
    axis: Axis, meters: Sequence[VisibleMeter], sums: Mapping[int, Sums], now: datetime
) -> Sequence[UsagePeriod]:
    """One entry for every period of the axis, `sums` given by its number."""
    expected = expected_time(axis, meters, now).tolist()
    ends = axis.instants[1:]
    return [
        _period(axis.local[k], axis.local[k + 1], sums.get(k), expected[k], complete=end <= now)
        for k, end in enumerate(ends)
    ]


def total(axis: Axis, meters: Sequence[VisibleMeter], sums: Mapping[int, Sums], now: datetime) -> UsagePeriod:
    expected = int(expected_time(axis, meters, now).sum())
    complete = axis.instants[-1] <= now
    return _period(axis.local[0], axis.local[-1], _added(sums.values()), expected, complete=complete)


def expected_time(axis: Axis, meters: Sequence[VisibleMeter], now: datetime) -> Ints:
    """µs of each period that readings should account for: so far, of every meter, as far as it may be seen."""
    found = np.zeros(len(axis.edges) - 1, np.int64)
    windows = Counter(window for meter in meters for window in meter.windows)
    for window, count in windows.items():
        start, end = microseconds((window.start, max(window.start, min(window.end, now))))
        inside = np.clip(axis.edges, start, end)
        found += count * (inside[1:] - inside[:-1])
    return found


@lru_cache
def quality_names(quality: int) -> tuple[str, ...]:
    return tuple(flag.name.lower() for flag in Quality(quality) if flag.name)


def kwh(energy: int) -> float:
    return energy / MWH_PER_KWH


def _period(start: datetime, end: datetime, sums: Sums | None, expected: int, *, complete: bool) -> UsagePeriod:
    if sums is None:
        return UsagePeriod(start, end, None, None, 0, 0.0, (), 0, complete)
    if not sums.covered:  # readings that account for no time: the first of a meter, a glitch, what a correction emptied
        names = quality_names(sums.quality)
        return UsagePeriod(start, end, None, None, sums.readings, 0.0, names, sums.revision, complete)
    coverage = min(1.0, round(sums.covered / expected, 4)) if expected else 1.0
    names = quality_names(sums.quality)
    return UsagePeriod(
        start, end, kwh(sums.energy), round(sums.peak, 1), sums.readings, coverage, names, sums.revision, complete
    )


def _added(all_sums: Collection[Sums]) -> Sums | None:
    if not all_sums:
        return None
    return Sums(
        energy=sum(each.energy for each in all_sums),
        peak=max(each.peak for each in all_sums),
        readings=sum(each.readings for each in all_sums),
        covered=sum(each.covered for each in all_sums),
        quality=reduce(or_, (each.quality for each in all_sums)),
        revision=max(each.revision for each in all_sums),
    )
