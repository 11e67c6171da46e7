"""What each load curve promises."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.simulator.domain.loads import (
    PROFILES,
    EvCharger,
    Fridge,
    HeatPump,
    Household,
    Load,
    Office,
    Photovoltaic,
    Profile,
)
from kilowatch.simulator.domain.noise import Floats, Noise
from kilowatch.simulator.domain.place import DAY, HOUR, Moments, Place, micros

BUCHAREST = Place()
MINUTE = HOUR // 60
JANUARY = micros(datetime(2026, 1, 5, tzinfo=UTC))
JULY = micros(datetime(2026, 7, 6, tzinfo=UTC))
seeds = st.integers(0, 2**63 - 1)


def four_weeks(profile: Profile, start: int, seed: int = 1) -> tuple[Moments, Floats]:
    times = np.arange(start, start + 28 * DAY, 5 * MINUTE)
    load = Load(profile=profile, place=BUCHAREST, seed=seed)
    return Moments(times, BUCHAREST), load.power_w(times)


@given(st.sampled_from(sorted(PROFILES)), seeds, st.integers(JANUARY, JULY), st.integers(1, 400))
def test_power_at_a_time_does_not_depend_on_what_else_was_asked(name: str, seed: int, start: int, cut: int) -> None:
    load = Load(profile=PROFILES[name], place=BUCHAREST, seed=seed)
    times = start + np.arange(500) * MINUTE
    pieces = np.concatenate([load.power_w(times[:cut]), load.power_w(times[cut:])])
    assert np.array_equal(load.power_w(times), pieces)


@given(st.sampled_from(sorted(PROFILES)), seeds, st.integers(JANUARY, JULY))
def test_power_is_finite_and_never_negative(name: str, seed: int, start: int) -> None:
    power = Load(profile=PROFILES[name], place=BUCHAREST, seed=seed).power_w(start + np.arange(1000) * 10 * MINUTE)
    assert np.all(np.isfinite(power))
    assert power.min() >= 0


def test_another_seed_is_another_household() -> None:
    _, mine = four_weeks(Household(), JANUARY, seed=1)
    _, theirs = four_weeks(Household(), JANUARY, seed=2)
    assert np.mean(mine != theirs) > 0.99


@given(seeds)
def test_noise_is_spread_evenly(seed: int) -> None:
    numbers = Noise(seed).uniform(np.arange(20_000))
    share, _ = np.histogram(numbers, bins=10, range=(0, 1))
    assert share.min() > 1700
    assert share.max() < 2300


def test_a_household_sleeps_at_night_and_peaks_in_the_evening() -> None:
    at, power = four_weeks(Household(), JANUARY)
    night, evening = power[(at.hour > 2) & (at.hour < 5)].mean(), power[(at.hour > 19) & (at.hour < 21)].mean()
    assert evening > 4 * night


def test_a_household_gets_up_later_at_the_weekend() -> None:
    at, power = four_weeks(Household(), JANUARY)
    early = (at.hour > 6) & (at.hour < 7.5)
    late = (at.hour > 9.5) & (at.hour < 11)
    assert power[early & ~at.weekend].mean() > 1.3 * power[early & at.weekend].mean()
    assert power[late & at.weekend].mean() > 1.3 * power[late & ~at.weekend].mean()


def test_a_heat_pump_works_in_winter_and_rests_in_summer() -> None:
    winter, summer = four_weeks(HeatPump(), JANUARY)[1].mean(), four_weeks(HeatPump(), JULY)[1].mean()
    assert winter > 5 * summer


def test_a_heat_pump_that_cools_works_on_hot_afternoons() -> None:
    at, power = four_weeks(HeatPump(cools_above_c=24), JULY)
    hot = (at.outdoor_c > 28) & (at.hour > 12) & (at.hour < 18)
    assert power[hot].mean() > 5 * four_weeks(HeatPump(), JULY)[1][hot].mean()


def test_an_electric_car_charges_at_night_and_brings_home_the_energy_of_a_session() -> None:
    charger = EvCharger(nights=1.0, session_kwh=14)
    at, power = four_weeks(charger, JANUARY)
    assert power[(at.hour > 9) & (at.hour < 18)].max() == charger.standby_w
    nightly_kwh = power.sum() * 5 / 60 / 1000 / 28
    assert nightly_kwh == pytest.approx(14, rel=0.25)


def test_a_car_that_stays_away_does_not_charge() -> None:
    assert four_weeks(EvCharger(nights=0), JANUARY)[1].max() == EvCharger().standby_w


def test_a_roof_gives_nothing_at_night_and_more_in_summer() -> None:
    at, summer = four_weeks(Photovoltaic(), JULY)
    _, winter = four_weeks(Photovoltaic(), JANUARY)
    assert np.all(summer[at.sun < 0] == 0)
    assert summer.mean() > 2 * winter.mean()
    assert summer.max() <= 0.9 * Photovoltaic().peak_w


def test_roofs_of_one_place_see_the_same_clouds() -> None:
    _, mine = four_weeks(Photovoltaic(), JULY, seed=1)
    _, theirs = four_weeks(Photovoltaic(), JULY, seed=2)
    assert np.corrcoef(mine, theirs)[0, 1] > 0.99


def test_an_office_works_on_working_days() -> None:
    at, power = four_weeks(Office(), JULY)
    midday = (at.hour > 10) & (at.hour < 12)
    assert power[midday & ~at.weekend].mean() > 4 * power[midday & at.weekend].mean()
    assert power[midday & ~at.weekend].mean() > 4 * power[at.hour < 6].mean()


def test_an_office_is_closed_between_the_years() -> None:
    times = micros(datetime(2025, 12, 29, 8, tzinfo=UTC)) + np.arange(120) * MINUTE
    closed = Load(profile=Office(), place=BUCHAREST, seed=1).power_w(times)
    assert closed.max() < 1.5 * Office().base_w


def test_a_fridge_comes_and_goes() -> None:
    _, power = four_weeks(Fridge(), JANUARY)
    switched_on = np.sum((power[1:] > 50) & (power[:-1] < 50))
    assert 28 * 24 < switched_on < 28 * 40
    assert 0.2 < np.mean(power > 50) < 0.6
