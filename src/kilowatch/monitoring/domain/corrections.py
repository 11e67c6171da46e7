"""What a person says of readings: that some do not count, what others were, what is likely where there are none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain.calendar import Span, time_column
from kilowatch.monitoring.domain.usage import FRESH_START, MWH_PER_KWH, SLOT, Floats, Quality, Rows, slot_of

LONGEST: Final = timedelta(days=400)
SLOT_TIME: Final = timedelta(minutes=15)
MICROSECOND: Final = timedelta(microseconds=1)
MAX_READINGS: Final = 50_000
#: Weeks before a gap that say what the same weekday's hours use.
PROFILE: Final = timedelta(weeks=4)

#: Readings of [since, until) that a correction takes the place of, µs UTC.
RANGE: Final = np.dtype([("device", "i8"), ("since", "i8"), ("until", "i8")])


class Method(StrEnum):
    LINEAR = "linear"  #: straight between the readings before and after
    PROFILE = "profile"  #: as on the same weekday and time of the four weeks before


@dataclass(frozen=True, slots=True)
class Point:
    time: datetime
    value: float
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Exclude:
    """The readings of the span do not count."""

    span: Span


@dataclass(frozen=True, slots=True)
class Replace:
    """These readings, and no others, are those of the span."""

    span: Span
    readings: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is likely takes the place of the span's readings."""

    span: Span
    method: Method


@dataclass(frozen=True, slots=True)
class MeterSwap:
    """The old register ended at `last_value`, the new one began at `first_value`."""

    at: datetime
    last_value: float
    first_value: float

    @property
    def span(self) -> Span:
        return Span(self.at, self.at + 2 * MICROSECOND)


Correction: TypeAlias = Exclude | Replace | Estimate | MeterSwap
#: Mean energy (mWh) of a slot by local weekday, hour and quarter of the hour.
Profile: TypeAlias = Mapping[tuple[int, int, int], float]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an estimate is made from."""

    before: Point | None  #: the last reading that counts before the span
    after: Point | None  #: the first at its end or later
    profile: Profile
    configuration: MeterConfiguration
    zone: ZoneInfo

    @property
    def interval(self) -> timedelta:
        return timedelta(seconds=self.configuration.interval_s)

    @property
    def anchor(self) -> datetime:
        """The meter's beat: readings are an interval apart, at whatever second it began."""
        return self.before.time if self.before else _EPOCH


def check(correction: Correction, kind: MeterKind, now: datetime) -> None:
    """Raises `Invalid`."""
    span = correction.span
    if not span.start < span.end <= now + MICROSECOND * 2:
        raise Invalid("A correction is of a time that is over, and ends after it begins.")
    if span.end - span.start > LONGEST:
        raise Invalid(f"A correction covers {LONGEST.days} days at most.")
    match correction:
        case Replace(readings=readings):
            _check_readings(readings, span)
        case MeterSwap() if kind is not MeterKind.COUNTER:
            raise Invalid("Only a counter has a register that can be swapped.")
        case MeterSwap(last_value=last, first_value=first) if min(last, first) < 0:
            raise Invalid("A register is never negative.")


def _check_readings(readings: Sequence[Point], span: Span) -> None:
    times = [reading.time for reading in readings]
    if not readings or len(readings) > MAX_READINGS:
        raise Invalid(f"Give between 1 and {MAX_READINGS:,} readings, or exclude those that are there.")
    if len(set(times)) < len(times):
        raise Invalid("Two of the readings have the same time.")
    if not all(span.start <= time < span.end for time in times):
        raise Invalid("Each of the readings lies within the time that is corrected.")


def inserted(correction: Correction, around: Surroundings) -> Sequence[Point]:
    """The readings that a correction puts into its span. Raises `Invalid` where nothing is known to estimate from."""
    match correction:
        case Exclude():
            return ()
        case Replace(readings=readings):
            return readings
        case MeterSwap(at=at, last_value=last, first_value=first):
            return (Point(at, last), Point(at + MICROSECOND, first, FRESH_START))
        case Estimate(span=span, method=Method.LINEAR):
            return _linear(span, around)
        case Estimate(span=span):
            return _by_profile(span, around)


def _linear(span: Span, around: Surroundings) -> Sequence[Point]:
    known = [point for point in (around.before, around.after) if point]
    is_counter = around.configuration.kind is MeterKind.COUNTER
    if not known or (is_counter and len(known) < 2):
        raise Invalid("There are no readings before and after the time to estimate from.")
    times = _grid(span, around.interval, around.anchor)
    if not times:
        return ()
    values = np.interp(time_column(times), time_column([p.time for p in known]), [p.value for p in known])
    return _points(times, values)


def _by_profile(span: Span, around: Surroundings) -> Sequence[Point]:
    match around.configuration.kind:
        case MeterKind.COUNTER:
            return _register_by_profile(span, around)
        case MeterKind.POWER:
            times = _grid(span, SLOT_TIME, _EPOCH)
            return _points(times, _likely_energy(times, around) * 4_000 / MWH_PER_KWH)
        case MeterKind.INTERVAL:
            times = _grid(span, around.interval, around.anchor)
            return _points(times, _energy_of_intervals(times, around) / MWH_PER_KWH)


def _energy_of_intervals(times: Sequence[datetime], around: Surroundings) -> Floats:
    """mWh of the intervals that end at `times`, each as many slots as it is long, or a part of one."""
    slots = max(1, round(around.interval / SLOT_TIME))
    energy = sum((_likely_energy([time - SLOT_TIME * back for time in times], around) for back in range(slots)), _NONE)
    return energy * (around.interval / (SLOT_TIME * slots))


_NONE: Final = np.zeros(1)


def _register_by_profile(span: Span, around: Surroundings) -> Sequence[Point]:
    """What was used in all between the two neighbours is known, and spread as usual; else as much as usual."""
    if around.before is None:
        raise Invalid("There is no reading before the time to count from.")
    end = around.after.time if around.after else span.end
    times = _grid(Span(around.before.time + MICROSECOND, end), SLOT_TIME, _EPOCH)
    used = np.cumsum(_likely_energy(times, around)) / MWH_PER_KWH
    if around.after and len(used) and used[-1] > 0:
        used *= (around.after.value - around.before.value) / used[-1]
    return [point for point in _points(times, around.before.value + used) if span.start <= point.time < span.end]


def _likely_energy(times: Sequence[datetime], around: Surroundings) -> Floats:
    """mWh of the slots that end at `times`."""
    keys = [profile_key(time - MICROSECOND, around.zone) for time in times]
    if any(key not in around.profile for key in keys):
        raise Invalid("The four weeks before do not say what is usual at every time of it.")
    return np.array([around.profile[key] for key in keys], np.float64)


def profile_key(moment: datetime, zone: ZoneInfo) -> tuple[int, int, int]:
    """Weekday, hour and quarter of it."""
    local = moment.astimezone(zone)
    return local.weekday(), local.hour, local.minute // 15


def profile_of(slots: Iterable[tuple[datetime, int]], zone: ZoneInfo) -> Profile:
    """From the beginnings and energies (mWh) of slots."""
    seen: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for start, energy in slots:
        seen[profile_key(start, zone)].append(energy)
    return {key: sum(energies) / len(energies) for key, energies in seen.items()}


def _grid(span: Span, step: timedelta, anchor: datetime) -> list[datetime]:
    """Multiples of `step` from `anchor` within the span."""
    first = -(-(span.start - anchor) // step)
    past = -(-(span.end - anchor) // step)
    if past - first > MAX_READINGS:
        raise Invalid(f"That would be more than {MAX_READINGS:,} readings: estimate a shorter time.")
    return [anchor + step * number for number in range(first, past)]


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _points(times: Sequence[datetime], values: Floats) -> list[Point]:
    return [Point(time, value) for time, value in zip(times, values.round(6).tolist(), strict=True)]


def marks(ranges: Rows) -> Rows:
    """SLOT rows that say nothing but `CORRECTED`, for each slot in which a reading of the RANGE rows could lie."""
    first = slot_of(ranges["since"])
    count = slot_of(ranges["until"] - 1) - first + 1
    which = np.repeat(np.arange(len(ranges)), count)
    rows = np.zeros(len(which), SLOT)
    rows["device"] = ranges["device"][which]
    rows["slot"] = first[which] + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    rows["quality"] = Quality.CORRECTED
    return rows
