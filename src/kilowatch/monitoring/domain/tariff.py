"""What a kilowatt-hour costs, and when: rates by local time, a standing charge by local day, and what feed-in earns.

Money is whole millionths of the currency's unit, as energy is whole milliwatt-hours: sums are exact in any order.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from kilowatch.contracts.metering import Direction
from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain.calendar import QUARTERS_PER_DAY
from kilowatch.monitoring.domain.usage import Ints

MICRO: Final = 1_000_000

EVERY_DAY: Final = tuple(range(7))
EVERY_MONTH: Final = tuple(range(1, 13))
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Window:
    """Quarters of an hour, from `start` up to `end`; over midnight where `end` is not later than `start`.

    `days` and `months` are those on which the quarter itself lies, also after midnight.
    """

    start: int = 0
    end: int = QUARTERS_PER_DAY
    days: tuple[int, ...] = EVERY_DAY  #: 0 is Monday
    months: tuple[int, ...] = EVERY_MONTH


@dataclass(frozen=True, slots=True)
class Rate:
    """A price in certain windows; without any, whenever no rate before it applies."""

    name: str
    price: int  #: micro a kWh
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds from a local day until the next terms. The first of a tariff hold for all time before as well."""

    valid_from: date
    rates: tuple[Rate, ...]  #: the first whose windows hold a quarter applies to it
    standing_charge: int = 0  #: micro a local day
    feed_in: tuple[Rate, ...] = ()  #: for what is given to the grid; none: it earns nothing

    def rates_of(self, direction: Direction) -> tuple[Rate, ...]:
        """Of what a roof produces nobody sends a bill."""
        match direction:
            case Direction.CONSUMPTION:
                return self.rates
            case Direction.EXPORT:
                return self.feed_in
            case Direction.PRODUCTION:
                return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    name: str
    currency: str  #: ISO 4217
    versions: tuple[Terms, ...]  #: by `valid_from`, at least one


def require_whole(tariff: Tariff) -> None:
    """Every moment has a rate, and every version a day of its own. Raises `Invalid`."""
    days = [terms.valid_from for terms in tariff.versions]
    if not days or sorted(set(days)) != days:
        raise Invalid("Versions are given by `valid_from`, the earliest first, each with a day of its own.")
    for terms in tariff.versions:
        if not terms.rates:
            raise Invalid(f"The version of {terms.valid_from} has no rate.")
        _require_gapless(terms.rates, terms.valid_from)
        if terms.feed_in:
            _require_gapless(terms.feed_in, terms.valid_from)


def _require_gapless(rates: tuple[Rate, ...], valid_from: date) -> None:
    holes = np.argwhere(timetable(rates) < 0)
    if len(holes):
        month, day, quarter = holes[0].tolist()
        when = f"{_DAYS[day]}s at {quarter // 4:02}:{quarter % 4 * 15:02} in month {month + 1}"
        raise Invalid(f"In the version of {valid_from} no rate applies on {when}: let the last one have no windows.")


@lru_cache(maxsize=256)
def timetable(rates: tuple[Rate, ...]) -> Ints:
    """By month (0 is January), weekday and quarter of the local day: which of `rates` applies; -1: none."""
    table = np.full((12, 7, QUARTERS_PER_DAY), -1, np.int64)
    for number, rate in reversed(list(enumerate(rates))):
        for window in rate.windows or (Window(),):
            months, days = np.array(window.months) - 1, np.array(window.days)
            table[np.ix_(months, days, _quarters(window))] = number
    table.flags.writeable = False
    return table


def _quarters(window: Window) -> Ints:
    end = window.end if window.end > window.start else window.end + QUARTERS_PER_DAY
    return np.arange(window.start, end) % QUARTERS_PER_DAY
