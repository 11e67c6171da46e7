"""A place and the moments there: wall clock, weekday, season, weather and the height of the sun."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from kilowatch.simulator.domain.noise import SECOND, Floats, Micros, Noise

HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_DAYS: Final = 365.2425


def micros(moment: datetime) -> int:
    """Raises `ValueError` for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} needs a time zone, for instance a final Z")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Weather follows from the position: two loads at one place have the same sun, clouds and cold."""

    time_zone: str = "Europe/Bucharest"
    latitude: float = 44.43
    longitude: float = 26.10

    def __post_init__(self) -> None:
        _zone(self.time_zone)
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"{self.latitude}, {self.longitude} is not a latitude and a longitude")

    @property
    def weather(self) -> Noise:
        return Noise(0).of(f"weather {self.latitude:.2f} {self.longitude:.2f}")


@dataclass(frozen=True)
class Moments:
    """Instants at a place. What a load asks of them is computed once, and only if it asks."""

    times: Micros = field(repr=False)
    place: Place

    @cached_property
    def _local(self) -> Micros:
        return self.times + utc_offsets(self.times, self.place.time_zone)

    @cached_property
    def day(self) -> npt.NDArray[np.int64]:
        """Number of the local day since 1970-01-01."""
        return self._local // DAY

    @cached_property
    def hour(self) -> Floats:
        """The wall clock, 0 to 24: on the day that daylight saving starts one hour is missing."""
        return (self._local - self.day * DAY) / HOUR

    @cached_property
    def weekday(self) -> npt.NDArray[np.int64]:
        """0 is Monday."""
        return (self.day + 3) % 7

    @cached_property
    def weekend(self) -> npt.NDArray[np.bool_]:
        return self.weekday >= 5

    @cached_property
    def year_angle(self) -> Floats:
        """0 on 1 January, 2π a year later (leap years drift by less than a day)."""
        return 2 * np.pi * ((self.times / DAY) % _YEAR_DAYS) / _YEAR_DAYS

    @cached_property
    def winter(self) -> Floats:
        """1 in the coldest weeks, 0 in the warmest."""
        north = 0.5 + 0.5 * np.cos(self.year_angle - 0.33)
        return north if self.place.latitude >= 0 else 1 - north

    @cached_property
    def outdoor_c(self) -> Floats:
        """Temperature: a climate after the latitude, the course of the day, and weather that lasts for days."""
        latitude = abs(self.place.latitude)
        season = (28 - 0.38 * latitude) - 0.27 * latitude * (2 * self.winter - 1)
        course = 4.5 * np.cos(2 * np.pi * (self.hour - 15) / 24)
        front = 12 * (self.place.weather.of("front").smooth(self.times, 3.5 * 86_400) - 0.5)
        return season + course + front

    @cached_property
    def sun(self) -> Floats:
        """Sine of the sun's elevation; below 0 at night."""
        latitude = np.radians(self.place.latitude)
        declination = -np.radians(23.44) * np.cos(self.year_angle + 0.172)
        b = self.year_angle - 1.395
        equation_of_time_h = (9.87 * np.sin(2 * b) - 7.53 * np.cos(b) - 1.5 * np.sin(b)) / 60
        solar_h = (self.times % DAY) / HOUR + self.place.longitude / 15 + equation_of_time_h
        hour_angle = np.radians(15 * (solar_h - 12))
        return np.asarray(
            np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
        )

    @cached_property
    def clear_sky(self) -> Floats:
        """Share of the sun that comes through: fronts of a day or two, and clouds that pass in minutes."""
        weather = self.place.weather
        overcast = np.clip(1.6 * weather.of("overcast").smooth(self.times, 1.3 * 86_400) - 0.35, 0, 1)
        passing = weather.of("clouds").smooth(self.times, 600) * np.minimum(1, 4 * overcast * (1 - overcast))
        return np.asarray(1 - 0.8 * overcast * (0.55 + 0.45 * passing) - 0.25 * passing)


def utc_offsets(times: Micros, zone: str) -> Micros:
    """What the wall clock is ahead of UTC, in microseconds."""
    first, last = moment(int(times.min())).year, moment(int(times.max())).year
    starts, offsets = zip(*chain.from_iterable(_offsets(zone, year) for year in range(first, last + 1)), strict=True)
    return np.array(offsets)[np.searchsorted(np.array(starts), times, side="right") - 1]


@lru_cache(maxsize=1024)
def _offsets(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """(instant, offset from then on), from the start of the year."""
    start, end = (micros(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
    found = [(start, _offset(zone, start))]
    for day in range(start + DAY, end, DAY):
        if _offset(zone, day) != found[-1][1]:
            found.append((_change(zone, day - DAY, day), _offset(zone, day)))
    return tuple(found)


def _change(zone: str, before: int, after: int) -> int:
    """The second in between at which the offset changes."""
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: str, time: int) -> int:
    offset = moment(time).astimezone(_zone(zone)).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Bucharest") from error
