"""What goes wrong with meters, on request: at given times, or by chance."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kilowatch.simulator.domain.noise import SECOND, Noise
from kilowatch.simulator.domain.outgoing import Outgoing
from kilowatch.simulator.domain.place import DAY, micros, moment

#: A fault drawn by chance is over this long after it has begun, late readings included.
LONGEST_DRAWN: Final = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Readings taken from `since` until `until` are lost."""

    fault: Literal["gap"] = "gap"
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        _check_order(self.since, self.until)

    def apply(self, readings: Outgoing, _interval: int, _noise: Noise) -> Outgoing:
        lost = (readings.taken >= micros(self.since)) & (readings.taken < micros(self.until))
        return readings.pick(~lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The register of a counter starts again."""

    fault: Literal["reset"] = "reset"
    at: datetime
    to_kwh: float = 0.0

    def __post_init__(self) -> None:
        micros(self.at)

    def apply(self, readings: Outgoing, _interval: int, _noise: Noise) -> Outgoing:
        return readings  # the register itself has taken care of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Glitch:
    """One reading, the first at or after `at`, says `value`; the next is right again."""

    fault: Literal["glitch"] = "glitch"
    at: datetime
    value: float = 0.0

    def __post_init__(self) -> None:
        micros(self.at)

    def apply(self, readings: Outgoing, interval: int, _noise: Noise) -> Outgoing:
        late_by = readings.taken - micros(self.at)
        return replace(readings, value=np.where((late_by >= 0) & (late_by < interval), self.value, readings.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Readings taken from `since` until `until` are held back, and sent all together at `released`."""

    fault: Literal["late"] = "late"
    since: datetime
    until: datetime
    released: datetime

    def __post_init__(self) -> None:
        _check_order(self.since, self.until)
        _check_order(self.until, self.released)

    def apply(self, readings: Outgoing, _interval: int, _noise: Noise) -> Outgoing:
        held = (readings.taken >= micros(self.since)) & (readings.taken < micros(self.until))
        return replace(readings, sent=np.where(held, micros(self.released), readings.sent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """A share of the readings is sent twice."""

    fault: Literal["duplicates"] = "duplicates"
    share: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share is between 0 and 1, not {self.share}")

    def apply(self, readings: Outgoing, _interval: int, noise: Noise) -> Outgoing:
        twice = noise.of("duplicates").uniform(readings.taken) < self.share
        return readings.pick(np.repeat(np.arange(len(readings)), 1 + twice))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDrift:
    """The meter's clock runs fast (or, below zero, slow) and is set right every so many days."""

    fault: Literal["clock_drift"] = "clock_drift"
    seconds_per_day: float = 2.0
    corrected_after_days: float = 30.0

    def __post_init__(self) -> None:
        if self.corrected_after_days <= 0:
            raise ValueError("corrected_after_days is more than 0")

    def apply(self, readings: Outgoing, _interval: int, _noise: Noise) -> Outgoing:
        days = (readings.taken / DAY) % self.corrected_after_days
        drift = np.rint(days * self.seconds_per_day * SECOND).astype(np.int64)
        return replace(readings, time=readings.time + drift)


Fault: TypeAlias = Gap | Reset | Glitch | Late | Duplicates | ClockDrift


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How many of each there are in 30 days, on average."""

    gaps: float = 0.0
    resets: float = 0.0
    glitches: float = 0.0
    late: float = 0.0

    def drawn(self, noise: Noise, start: int, end: int) -> Iterator[Fault]:
        """The faults that begin on the days from `start` to `end`; asking for other days changes nothing in them."""
        for at, share in _draw(noise.of("gaps"), self.gaps, start, end):
            yield Gap(since=at, until=at + timedelta(hours=0.5 + 6 * share))
        for at, _ in _draw(noise.of("resets"), self.resets, start, end):
            yield Reset(at=at)
        for at, share in _draw(noise.of("glitches"), self.glitches, start, end):
            yield Glitch(at=at, value=0.0 if share < 0.5 else 9_999_999.0)
        for at, share in _draw(noise.of("late"), self.late, start, end):
            until = at + timedelta(hours=0.5 + 3 * share)
            yield Late(since=at, until=until, released=until + timedelta(hours=0.25 + 8 * share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    certain: tuple[Fault, ...] = ()
    chances: Chances = Chances()

    def between(self, noise: Noise, start: int, end: int) -> tuple[Fault, ...]:
        """Every fault that may show in what a meter sends between the two."""
        return (*self.certain, *self.chances.drawn(noise, start - LONGEST_DRAWN, end))

    def resets(self, noise: Noise, start: int, end: int) -> tuple[Reset, ...]:
        only_resets = Chances(resets=self.chances.resets)
        found = (*self.certain, *only_resets.drawn(noise, start, end))
        resets = [fault for fault in found if isinstance(fault, Reset) and start < micros(fault.at) <= end]
        return tuple(sorted(resets, key=lambda reset: reset.at))


def _draw(noise: Noise, in_30_days: float, start: int, end: int) -> Iterator[tuple[datetime, float]]:
    """(when, a number in [0, 1) for its size) of each."""
    if not in_30_days:
        return
    days: npt.NDArray[np.int64] = np.arange(start // DAY, end // DAY + 1)
    struck = days[noise.of("struck").uniform(days) < in_30_days / 30]
    for day, hour, size in zip(struck, noise.of("hour").uniform(struck), noise.of("size").uniform(struck), strict=True):
        yield moment(int(day) * DAY + int(hour * DAY) // SECOND * SECOND), float(size)


def _check_order(first: datetime, second: datetime) -> None:
    if micros(first) > micros(second):
        raise ValueError(f"{first.isoformat()} is after {second.isoformat()}")
