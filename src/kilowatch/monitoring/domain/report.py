"""The answer to "how much, when": sums of slots laid out along an axis of periods."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.bill import Bill, Costs, where_known
from kilowatch.monitoring.domain.calendar import Axis, time_column
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Bools, Ints, Quality, Rows
from kilowatch.monitoring.domain.visibility import VisibleMeter

#: What the slots of each period sum up to, a row for every period of an axis.
SUMS = np.dtype(
    [
        ("energy", "i8"),  # mWh
        ("peak", "f8"),  # W
        ("readings", "i8"),
        ("covered", "i8"),  # µs
        ("quality", "i2"),
        ("revision", "i2"),
    ]
)


@dataclass(slots=True)  # not frozen: a year has nearly nine thousand hours, and freezing doubles the time to make one
class UsagePeriod:
    start: datetime  #: with the offset of the zone
    end: datetime
    #: Exact: a float of whole milliwatt-hours prints as that decimal number up to a billion kWh. None: not known.
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
    bill: Bill | None = None  #: None: not asked for, no tariff, or tariffs in several currencies


def report(
    direction: Direction,
    meters: Sequence[VisibleMeter],
    axis: Axis,
    sums: Rows,
    now: datetime,
    costs: Costs | None = None,
) -> UsageSeries:
    """`sums` of `meters` for each period of `axis`, and of all periods together."""
    expected = expected_time(axis, meters, now)
    until = axis.edges[1:] <= time_column([now])
    return UsageSeries(
        direction=direction,
        device_ids=[meter.device.id for meter in meters],
        periods=_periods(axis.local[:-1], axis.local[1:], sums, expected, until),
        total=_periods(axis.local[:1], axis.local[-1:], _total(sums), expected.sum(keepdims=True), until[-1:])[0],
        bill=costs.bill() if costs else None,
    )


def expected_time(axis: Axis, meters: Sequence[VisibleMeter], now: datetime) -> Ints:
    """µs of each period that readings should account for: so far, of every meter, as far as it may be seen."""
    found = np.zeros(len(axis.edges) - 1, np.int64)
    windows = Counter(window for meter in meters for window in meter.windows)
    for window, count in windows.items():
        start, end = time_column((window.start, max(window.start, min(window.end, now))))
        inside = np.clip(axis.edges, start, end)
        found += count * (inside[1:] - inside[:-1])
    return found


def _periods(
    starts: Sequence[datetime],
    ends: Sequence[datetime],
    sums: Rows,
    expected: Ints,
    complete: Bools,
) -> list[UsagePeriod]:
    # Readings may account for no time: the first of a meter, a glitch. Then what was used is not known.
    known = sums["covered"] > 0
    coverage = np.where(known, np.minimum(sums["covered"] / np.maximum(expected, 1), 1.0), 0.0)
    columns = (
        starts,
        ends,
        where_known(known, sums["energy"] / MWH_PER_KWH),
        where_known(known, sums["peak"].round(1)),
        sums["readings"].tolist(),
        coverage.round(4).tolist(),
        map(quality_names, sums["quality"].tolist()),
        sums["revision"].tolist(),
        complete.tolist(),
    )
    return list(map(UsagePeriod, *columns))


def _total(sums: Rows) -> Rows:
    total = np.zeros(1, SUMS)
    for column in ("energy", "readings", "covered"):
        total[column] = sums[column].sum()
    for column in ("peak", "revision"):
        total[column] = sums[column].max(initial=0)
    total["quality"] = np.bitwise_or.reduce(sums["quality"])
    return total


@lru_cache
def quality_names(quality: int) -> tuple[str, ...]:
    return tuple(flag.name.lower() for flag in Quality(quality) if flag.name)
