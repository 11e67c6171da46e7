"""An hour beside what the same hour of the same weekday is usually like.

Median and median absolute deviation, because the hours compared with hold what was unusual themselves: one in four of
them may be anything without moving what is usual.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.configuration import BEGINNING
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.rules import UnusualUse
from kilowatch.monitoring.domain.trial import Sighting, end_of, slots_of_each, sums_passing
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Rows

HOUR: Final = timedelta(hours=1)
#: Of an hour that is compared with, readings account for at least so much.
COVERED: Final = 0.9
#: With fewer hours to compare with nothing is known to be usual.
LEAST_HOURS: Final = 4
#: Makes the median absolute deviation of normally spread values their standard deviation.
NORMAL: Final = 1.4826
#: A device that never varies is not unusual for varying a little.
LEAST_DEVIATION: Final = 0.05


@dataclass(frozen=True, slots=True)
class Hour:
    energy: int  #: mWh
    covered: float  #: share of the hour that readings account for


@dataclass(frozen=True, slots=True)
class Past:
    """Hours of a device, and from when on those are that an hour is compared with: nobody is told what was usual
    with whoever had the device before."""

    hours: Mapping[datetime, Hour]
    zone: ZoneInfo
    known_from: Callable[[datetime], datetime] = lambda _: BEGINNING

    def beside(self, start: datetime, weeks: int) -> Mapping[datetime, Hour]:
        begin = self.known_from(start)
        compared = compared_with(start, self.zone, weeks)
        return {each: self.hours[each] for each in compared if each in self.hours and each >= begin}


@dataclass(frozen=True, slots=True)
class Usual:
    median: float  #: mWh
    lower: float
    upper: float


def compared_with(hour: datetime, zone: ZoneInfo, weeks: int) -> Sequence[datetime]:
    """The starts of the same local hour of the same weekday in the weeks before, the nearest first."""
    local = hour.astimezone(zone).replace(tzinfo=None)
    before = (local - timedelta(weeks=week) for week in range(1, weeks + 1))
    return [moment.replace(tzinfo=zone).astimezone(UTC) for moment in before]


def usual(hours: Sequence[Hour], rule: UnusualUse) -> Usual | None:
    """None: too little is known."""
    energies = [hour.energy for hour in hours if hour.covered >= COVERED]
    if len(energies) < LEAST_HOURS:
        return None
    middle = median(energies)
    spread = NORMAL * median(abs(energy - middle) for energy in energies)
    far = max(rule.deviations * max(spread, LEAST_DEVIATION * middle), rule.least_kwh * MWH_PER_KWH)
    return Usual(middle, max(0.0, middle - far), middle + far)


def unusual_times(starts: Sequence[datetime], past: Past, rule: UnusualUse, newest: datetime) -> Sequence[Finding]:
    """Hours in a row, each too far from what is usual, are one finding. The last of `starts` may be the hour under way.

    Too much can be seen before an hour is over; too little, once readings account for all of it up to `newest`.
    """
    found: list[Finding] = []
    for start in starts:
        judged = _judge(start, past, rule)
        if judged is None:
            continue
        end = start + HOUR
        if found and found[-1].until == start:
            found[-1] = Finding(found[-1].since, end, _larger(found[-1].measured, judged))
        else:
            found.append(Finding(start, end, judged))
    return [_open_ended(each, newest) for each in found]


def sightings(found: Iterable[Finding], past: Past, rule: UnusualUse, slots: Rows) -> Sequence[Sighting]:
    """By SLOT_ENERGY rows of those times: too much is seen in the slot that makes it so, too little when its hour is
    over; that it does not go on, another hour later."""
    some = list(found)
    firsts = [Span(each.since, each.since + HOUR) for each in some]
    return [
        Sighting(each, _seen(_judge(each.since, past, rule), first, own), each.until and each.until + HOUR)
        for each, (first, own) in zip(some, slots_of_each(firsts, slots), strict=True)
    ]


def _seen(measured: Measured | None, hour: Span, slots: Rows) -> datetime:
    assert measured is not None
    passing = sums_passing(np.cumsum(slots["energy"]), measured.threshold or 0)
    more = (measured.energy or 0) > (measured.usual or 0)
    return end_of(slots["slot"][passing]) if more and passing is not None else hour.end


def over_usual(starts: Sequence[datetime], past: Past, rule: UnusualUse) -> Mapping[datetime, int]:
    """How much more than usual (mWh) was used in those of the hours that are unusual for it."""
    judged = {start: _judge(start, past, rule) for start in starts}
    more = {start: (found.energy or 0) - (found.usual or 0) for start, found in judged.items() if found}
    return {start: energy for start, energy in more.items() if energy > 0}


def _open_ended(finding: Finding, newest: datetime) -> Finding:
    """Whether it goes on shows the hour after it: until then it does."""
    assert finding.until is not None
    return finding if finding.until + HOUR <= newest else Finding(finding.since, None, finding.measured)


def _judge(start: datetime, past: Past, rule: UnusualUse) -> Measured | None:
    hour = past.hours.get(start)
    beside = past.beside(start, rule.weeks)
    known = usual(list(beside.values()), rule)
    if hour is None or known is None:
        return None
    if hour.energy > known.upper:
        return _measured(hour, known, known.upper, min(beside))
    if hour.energy < known.lower and hour.covered >= COVERED:
        return _measured(hour, known, known.lower, min(beside))
    return None


def _measured(hour: Hour, known: Usual, passed: float, compared_from: datetime) -> Measured:
    usual_, threshold = round(known.median), round(passed)
    return Measured(energy=hour.energy, usual=usual_, threshold=threshold, compared_from=compared_from)


def _larger(one: Measured, other: Measured) -> Measured:
    """The one further from what is usual."""
    further = max(one, other, key=lambda each: abs((each.energy or 0) - (each.usual or 0)))
    compared = [each.compared_from for each in (one, other) if each.compared_from]
    return replace(further, compared_from=min(compared, default=None))
