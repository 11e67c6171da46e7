"""Load curves: the power in W that a household, a heat pump or a roof draws or gives at any moment."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kilowatch.simulator.domain.noise import Floats, Micros, Noise
from kilowatch.simulator.domain.place import HOUR, Moments, Place

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


_DIVISORS: Final = {"cycle_s", "session_kwh", "rated_w"}


def _check(profile: "DataclassInstance") -> None:
    """Raises `ValueError` for figures that make no curve."""
    for figure in fields(profile):
        value = getattr(profile, figure.name)
        if not isinstance(value, float) or figure.name.endswith("_c"):
            continue
        if not 0 <= value < float("inf") or (value == 0 and figure.name in _DIVISORS):
            raise ValueError(f"{figure.name} cannot be {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Standby all night, a morning peak, a larger one in the evening; later and longer at weekends."""

    profile: Literal["household"] = "household"
    base_w: float = 150.0
    morning_w: float = 550.0
    evening_w: float = 900.0
    appliance_w: float = 2000.0  #: oven, kettle, washing machine: on for minutes when people are up

    def __post_init__(self) -> None:
        _check(self)

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        busy = self._activity(at)
        mood = 0.7 + 0.6 * noise.of("day").uniform(at.day)
        wander = 0.6 + 0.8 * noise.of("wander").smooth(at.times, 900)
        standby = self.base_w * (0.8 + 0.4 * noise.of("base").smooth(at.times, 7200))
        light = 0.75 + 0.5 * at.winter
        return standby + busy * mood * wander * light + self._appliances(at, noise, busy)

    def _activity(self, at: Moments) -> Floats:
        morning = _bump(at.hour, np.where(at.weekend, 9.5, 7.2), width=1.1)
        noon = _bump(at.hour, 13.3, width=1.8) * np.where(at.weekend, 0.8, 0.25)
        evening = _bump(at.hour, 19.8, width=1.9)
        return self.morning_w * np.maximum(morning, noon) + self.evening_w * evening

    def _appliances(self, at: Moments, noise: Noise, busy: Floats) -> Floats:
        cell = at.times // (12 * 60_000_000)
        chance = 0.22 * busy / max(1.0, self.morning_w + self.evening_w)
        strength = 0.4 + 0.6 * noise.of("strength").uniform(cell)
        return np.where(noise.of("appliance").uniform(cell) < chance, self.appliance_w * strength, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatPump:
    """Follows the cold: modulates down to a third, then cycles; heats water before dawn. May cool in summer."""

    profile: Literal["heat_pump"] = "heat_pump"
    rated_w: float = 2800.0  #: electric power on the coldest days
    heats_below_c: float = 15.0
    design_c: float = -15.0
    cools_above_c: float | None = None
    hot_water_w: float = 1500.0
    standby_w: float = 12.0

    def __post_init__(self) -> None:
        _check(self)
        if self.heats_below_c <= self.design_c:
            raise ValueError("heats_below_c is above design_c")

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        return self.standby_w + np.maximum(self._compressor(at, noise), self._hot_water(at, noise))

    def _compressor(self, at: Moments, noise: Noise) -> Floats:
        demand: Floats = np.clip(self._demand(at), 0, 1)
        lowest = 0.33
        cycle = at.times // (20 * 60_000_000)
        share = (at.times % (20 * 60_000_000)) / (20 * 60_000_000)
        running = (share + noise.of("phase").uniform(cycle)) % 1 < demand / lowest
        return np.asarray(self.rated_w * np.maximum(demand, lowest) * running)

    def _demand(self, at: Moments) -> Floats:
        heating: Floats = (self.heats_below_c - at.outdoor_c) / (self.heats_below_c - self.design_c)
        heating = heating * np.where((at.hour < 5) | (at.hour > 22.5), 0.8, 1.0)
        if self.cools_above_c is None:
            return heating
        return np.asarray(np.maximum(heating, (at.outdoor_c - self.cools_above_c) / 15 * (at.hour > 9)))

    def _hot_water(self, at: Moments, noise: Noise) -> Floats:
        start = 4.2 + noise.of("hot water").uniform(at.day)
        return np.asarray(self.hot_water_w * ((at.hour >= start) & (at.hour < start + 0.75)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvCharger:
    """Most nights a session at full power, tapering off at its end."""

    profile: Literal["ev_charger"] = "ev_charger"
    rated_w: float = 7400.0
    starts_at_h: float = 21.5  #: wall clock, give or take an hour
    session_kwh: float = 14.0  #: on average
    nights: float = 0.7  #: share of nights with a session
    standby_w: float = 4.0

    def __post_init__(self) -> None:
        _check(self)

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        # Nights, not days: a session that starts at 23:00 goes on after midnight.
        night = np.where(at.hour < 12, at.day - 1, at.day)
        since_noon = np.where(at.hour < 12, at.hour + 12, at.hour - 12)
        start = self.starts_at_h - 12 + 2 * noise.of("start").uniform(night) - 1
        hours = self.session_kwh * (0.4 + 1.2 * noise.of("energy").uniform(night)) / (self.rated_w / 1000)
        done = (since_noon - start) / hours
        plugged_in = (noise.of("plugged in").uniform(night) < self.nights) & (done >= 0) & (done < 1)
        return np.asarray(self.standby_w + self.rated_w * plugged_in * np.clip((1 - done) / 0.15, 0.2, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Photovoltaic:
    """What a roof gives: height of the sun by latitude and season, less the clouds, cut off by the inverter."""

    profile: Literal["photovoltaic"] = "photovoltaic"
    peak_w: float = 5000.0
    inverter_w: float | None = None  #: by default 90 % of the peak

    def __post_init__(self) -> None:
        _check(self)

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        dust = 0.97 + 0.03 * noise.of("dust").smooth(at.times, 20 * 86_400)
        sunlight = np.maximum(at.sun, 0) ** 1.15
        limit = 0.9 * self.peak_w if self.inverter_w is None else self.inverter_w
        return np.minimum(limit, 1.1 * self.peak_w * sunlight * at.clear_sky * dust)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Working hours on working days, with a dip at lunch and cooling on hot days; a little at night."""

    profile: Literal["office"] = "office"
    base_w: float = 900.0
    working_w: float = 6500.0
    opens_h: float = 8.0
    closes_h: float = 18.0
    cooling_w: float = 4000.0

    def __post_init__(self) -> None:
        _check(self)

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        present = _ramp(at.hour - self.opens_h) * _ramp(self.closes_h - at.hour)
        present = present * (1 - 0.15 * _bump(at.hour, 13, width=0.6))
        attended = np.where(at.weekday == 5, 0.12, np.where(at.weekend | _year_end(at), 0.03, 1.0))
        hot = np.clip((at.outdoor_c - 22) / 12, 0, 1)
        wander = 0.9 + 0.2 * noise.of("wander").smooth(at.times, 1200)
        return (self.base_w + present * attended * (self.working_w + self.cooling_w * hot)) * wander


@dataclass(frozen=True, slots=True, kw_only=True)
class Fridge:
    """A compressor that comes and goes, and defrosts twice a day."""

    profile: Literal["fridge"] = "fridge"
    running_w: float = 95.0
    cycle_s: float = 2580.0
    defrost_w: float = 190.0
    standby_w: float = 2.0

    def __post_init__(self) -> None:
        _check(self)

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        position = at.times / (self.cycle_s * 1e6) + noise.of("phase").uniform(np.array([0]))
        cycle = np.floor(position).astype(np.int64)
        duty = 0.28 + 0.12 * noise.of("duty").uniform(cycle) + 0.1 * (1 - at.winter)
        running = self.running_w * (position - cycle < duty)
        hour = at.times / HOUR + 12 * noise.of("defrost").uniform(np.array([0]))
        return np.asarray(np.maximum(self.standby_w + running, self.defrost_w * (hour % 12 < 0.25)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """The same day and night: servers, pumps, lights that nobody turns off."""

    profile: Literal["steady"] = "steady"
    mean_w: float = 500.0
    wander: float = 0.1  #: share by which it goes up and down

    def __post_init__(self) -> None:
        _check(self)

    def power_w(self, at: Moments, noise: Noise) -> Floats:
        return self.mean_w * (1 + self.wander * (2 * noise.of("wander").smooth(at.times, 1800) - 1))


Profile: TypeAlias = Household | HeatPump | EvCharger | Photovoltaic | Office | Fridge | Steady


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A profile somewhere, with a character of its own."""

    profile: Profile
    place: Place
    seed: int

    def power_w(self, times: Micros) -> Floats:
        return self.profile.power_w(Moments(times, self.place), Noise(self.seed))


def _bump(hour: Floats, centre: Floats | float, *, width: float) -> Floats:
    """1 at `centre`, falling off on both sides around the clock."""
    distance = (hour - centre + 12) % 24 - 12
    return np.asarray(np.exp(-0.5 * (distance / width) ** 2))


def _ramp(hours: Floats) -> Floats:
    """From 0 to 1 within the hour after `hours` = 0."""
    return np.clip(hours, 0, 1)


def _year_end(at: Moments) -> npt.NDArray[np.bool_]:
    day_of_year = at.year_angle / (2 * np.pi) * 365.2425
    return np.asarray((day_of_year > 357) | (day_of_year < 1.5))


PROFILES: Final[dict[str, Profile]] = {
    profile.profile: profile
    for profile in (Household(), HeatPump(), EvCharger(), Photovoltaic(), Office(), Fridge(), Steady())
}
