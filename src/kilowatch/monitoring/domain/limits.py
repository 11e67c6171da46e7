"""The hour that passes its limit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from kilowatch.monitoring.domain.calendar import Span, hour_of_slot
from kilowatch.monitoring.domain.findings import NEWS_FOR, Finding, Measured
from kilowatch.monitoring.domain.trial import Sighting, end_of, slots_of_each, sums_passing
from kilowatch.monitoring.domain.usage import Ints, Rows, order_of

#: An hour over its limit stays open until another whole hour has kept within it.
STAYS_OPEN: Final = timedelta(hours=2)

HOUR: Final = np.dtype([("device", "i8"), ("hour", "i8"), ("energy", "i8")])


def hours_of(slots: Rows, zone_of: Ints, zones: Sequence[str]) -> Rows:
    """Sum SLOT rows to local hours: HOUR rows by device, then hour (its first slot).

    `zone_of` says which of `zones` each row's device is in.
    """
    hours = np.zeros(len(slots), HOUR)
    hours["device"], hours["energy"] = slots["device"], slots["energy"]
    hours["hour"] = hours_with(slots["slot"], zone_of, zones)
    return _summed(hours)


def hours_with(slots: Ints, zone_of: Ints, zones: Sequence[str]) -> Ints:
    """The first slot of the local hour that each slot lies in."""
    hours = np.zeros(len(slots), np.int64)
    for number in np.flatnonzero(np.bincount(zone_of)):
        here = zone_of == number
        hours[here] = hour_of_slot(slots[here], zones[int(number)])
    return hours


def _summed(hours: Rows) -> Rows:
    if not len(hours):
        return hours
    hours = hours[order_of(hours["device"], hours["hour"])]
    new = (hours["device"][1:] != hours["device"][:-1]) | (hours["hour"][1:] != hours["hour"][:-1])
    starts = np.flatnonzero(np.concatenate(([True], new)))
    summed = hours[starts]
    summed["energy"] = np.add.reduceat(hours["energy"], starts)
    return summed


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitExceeded:
    """A device used more in an hour than it should."""

    device: int
    hour: datetime  #: start, UTC
    energy: int  #: mWh
    limit: int  #: mWh
    historical: bool


def judge_hour(
    device: int, hour: datetime, energy: int, limit: int, *, now: datetime, imported: bool
) -> LimitExceeded | None:
    """Judge one hour. An hour that is long over, and everything imported, is historical."""
    if limit < 0 or energy <= limit:
        return None
    historical = imported or hour + timedelta(hours=1) + NEWS_FOR < now
    return LimitExceeded(device=device, hour=hour, energy=energy, limit=limit, historical=historical)


def hours_over(hours: Sequence[Span], slots: Rows, limit: int) -> Sequence[Sighting]:
    """Hours of SLOT_ENERGY rows that pass a limit (mWh): each from the slot that passes it, until the next one does."""
    found: list[Sighting] = []
    for hour, own in slots_of_each(hours, slots):
        sums = np.cumsum(own["energy"])
        passing = sums_passing(sums, limit)
        if passing is None:
            continue
        seen = end_of(own["slot"][passing])
        if found:
            before = found[-1]
            found[-1] = replace(before, over=min(seen, before.finding.since + STAYS_OPEN))
        finding = Finding(hour.start, hour.end, Measured(energy=int(sums[-1]), threshold=limit))
        found.append(Sighting(finding, seen, hour.start + STAYS_OPEN))
    return found
