"""The laws of meters: chunks do not matter, and the three kinds tell the same energy."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilowatch.contracts.metering import MeterKind
from kilowatch.simulator.domain.faults import Chances, ClockDrift, Duplicates, Fault, Faults, Gap, Glitch, Late, Reset
from kilowatch.simulator.domain.loads import EvCharger, Household, Load, Photovoltaic, Steady
from kilowatch.simulator.domain.meters import Meter, MeterReader, Register
from kilowatch.simulator.domain.outgoing import Outgoing, joined
from kilowatch.simulator.domain.place import DAY, HOUR, Place, micros, moment
from kilowatch.simulator.domain.stream import expected_readings, stream

START = micros(datetime(2026, 3, 27, 21, 13, 7, tzinfo=UTC))
MINUTE = HOUR // 60
HOME = (Load(profile=Household(), place=Place(), seed=1), Load(profile=EvCharger(), place=Place(), seed=2))

kinds = st.sampled_from(list(MeterKind))
cuts = st.lists(st.integers(1, 4 * DAY - 1), max_size=6).map(lambda inner: sorted({0, *inner, 4 * DAY}))
EVERYTHING = Faults(
    certain=(
        Gap(since=moment(START + 5 * HOUR), until=moment(START + 9 * HOUR)),
        Reset(at=moment(START + 20 * HOUR), to_kwh=1.5),
        Reset(at=moment(START + 70 * HOUR)),
        Glitch(at=moment(START + 30 * HOUR), value=0),
        Late(since=moment(START + 33 * HOUR), until=moment(START + 40 * HOUR), released=moment(START + 55 * HOUR)),
        Late(since=moment(START + 38 * HOUR), until=moment(START + 42 * HOUR), released=moment(START + 56 * HOUR)),
        Duplicates(share=0.1),
        ClockDrift(seconds_per_day=3),
    ),
    chances=Chances(gaps=5, resets=5, glitches=5, late=10),
)


def meter(kind: MeterKind = MeterKind.COUNTER, *, interval_s: int = 900, **changes: object) -> Meter:
    fields = {"device_id": 7, "loads": HOME, "installed_at": START} | changes
    return Meter(kind=kind, interval_s=interval_s, **fields)  # type: ignore[arg-type]


def read(subject: Meter, start: int = START, end: int = START + 4 * DAY) -> Outgoing:
    return MeterReader(subject).read(start, end)


def rows(readings: Outgoing) -> list[tuple[int, int, float, int]]:
    columns = (readings.device, readings.time, readings.value, readings.sent)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@given(kinds, st.sampled_from([10, 60, 300, 900, 3600]), cuts, st.booleans())
@settings(max_examples=40)
def test_chunks_do_not_matter(kind: MeterKind, interval_s: int, cut: list[int], faulty: bool) -> None:
    subject = meter(kind, interval_s=interval_s, faults=EVERYTHING if faulty else Faults(), modulus_kwh=50.0)
    reader = MeterReader(subject)
    chunks = [reader.read(START + first, START + second) for first, second in pairwise(cut)]
    assert rows(joined(chunks)) == rows(read(subject))


@given(st.integers(0, 2**40))
def test_a_seed_says_everything(seed: int) -> None:
    loads = (Load(profile=Household(), place=Place(), seed=seed),)
    assert rows(read(meter(loads=loads, seed=seed))) == rows(read(meter(loads=loads, seed=seed)))


@given(st.lists(st.integers(START - HOUR, START + 3 * DAY), min_size=1, max_size=8))
def test_a_register_does_not_depend_on_the_steps(asked: list[int]) -> None:
    walking = Register(meter())
    stepwise = [int(walking.at(np.array([time]))[0]) for time in asked]
    assert stepwise == [int(Register(meter()).at(np.array([time]))[0]) for time in asked]


@given(st.sampled_from([60, 300, 900, 3600]), st.integers(0, 6))
def test_intervals_add_up_to_the_difference_of_the_counter(interval_s: int, decimals: int) -> None:
    counter = read(meter(MeterKind.COUNTER, interval_s=interval_s, decimals=decimals))
    interval = read(meter(MeterKind.INTERVAL, interval_s=interval_s, decimals=decimals))
    assert counter.time.tolist() == interval.time.tolist()
    difference = counter.value[-1] - counter.value[0]
    assert interval.value[1:].sum() == pytest.approx(difference, abs=1e-6)


def test_power_integrates_to_the_counter_within_its_resolution() -> None:
    power = read(meter(MeterKind.POWER, interval_s=60))
    counter = read(meter(MeterKind.COUNTER, interval_s=60))
    kwh = power.value[:-1].sum() / 60 / 1000
    # W are shown with one decimal, so half a tenth a sample may be missing.
    assert kwh == pytest.approx(counter.value[-1] - counter.value[0], abs=0.001 + len(power) * 0.05 / 60 / 1000)


@given(st.floats(1, 60), st.floats(0, 60))
def test_a_counter_only_grows_up_to_its_modulus(modulus: float, begin: float) -> None:
    modulus, begin = round(modulus, 3), round(begin, 3)
    rolling = read(meter(modulus_kwh=modulus, start_kwh=begin)).value
    plain = read(meter(start_kwh=begin)).value
    assert np.all(np.diff(plain) >= 0)
    assert rolling.max() < modulus
    turns = (plain - rolling) / modulus
    assert np.allclose(turns, np.rint(turns), atol=1e-6)


def test_days_on_which_daylight_saving_changes_have_23_and_25_hours_of_readings() -> None:
    spring, autumn = datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 21, tzinfo=UTC)
    subject = meter(installed_at=micros(datetime(2026, 3, 1, tzinfo=UTC)))
    assert len(read(subject, micros(spring), micros(spring) + 23 * HOUR)) == 23 * 4
    assert len(read(subject, micros(autumn), micros(autumn) + 25 * HOUR)) == 25 * 4


def test_what_the_roof_gives_is_taken_off_and_the_rest_is_exported() -> None:
    roof = (Load(profile=Photovoltaic(), place=Place(), seed=3),)
    minutes = np.arange(START, START + 4 * DAY, MINUTE)
    imported = meter(less=roof).power_w(minutes)
    exported = meter(loads=roof, less=HOME).power_w(minutes)
    drawn, given_ = meter().power_w(minutes), meter(loads=roof).power_w(minutes)
    assert np.all((imported == 0) | (exported == 0))
    assert np.allclose(imported - exported, drawn - given_)


def with_fault(*faults: Fault) -> Faults:
    return Faults(certain=faults)


def test_a_gap_loses_its_readings_and_no_energy_of_a_counter() -> None:
    since, until = START + 10 * HOUR, START + 20 * HOUR
    whole = read(meter())
    holed = read(meter(faults=with_fault(Gap(since=moment(since), until=moment(until)))))
    kept = (whole.time < since) | (whole.time >= until)
    assert len(holed) == len(whole) - 40
    assert rows(holed) == rows(whole.pick(kept))


def test_a_reset_starts_the_register_again() -> None:
    at = START + 40 * HOUR
    whole = read(meter(start_kwh=1000))
    reset = read(meter(start_kwh=1000, faults=with_fault(Reset(at=moment(at)))))
    before = whole.time < at
    assert reset.value[before].tolist() == whole.value[before].tolist()
    assert reset.value[~before][0] < 5
    assert np.allclose(np.diff(reset.value[~before]), np.diff(whole.value[~before]), atol=0.0011)


def test_a_glitch_is_one_reading() -> None:
    glitched = read(meter(faults=with_fault(Glitch(at=moment(START + 10 * HOUR + 1), value=-5.0))))
    assert glitched.value.tolist().count(-5.0) == 1
    assert np.sum(glitched.value != read(meter()).value) == 1


def test_a_late_batch_comes_at_once_with_its_own_times() -> None:
    since, until, released = START + 10 * HOUR, START + 20 * HOUR, START + 50 * HOUR
    fault = Late(since=moment(since), until=moment(until), released=moment(released))
    whole, late = read(meter()), read(meter(faults=with_fault(fault)))
    held = late.pick(late.sent != late.time)
    assert len(held) == 40
    assert set(held.sent.tolist()) == {released}
    assert held.time.min() >= since
    assert held.time.max() < until
    assert sorted(late.time.tolist()) == whole.time.tolist()


def test_late_readings_are_held_back_until_their_time() -> None:
    fault = Late(since=moment(START), until=moment(START + 2 * DAY), released=moment(START + 5 * DAY))
    subject = meter(faults=with_fault(fault))
    assert read(subject, START, START + 4 * DAY).time.min() >= START + 2 * DAY
    assert len(read(subject, START + 4 * DAY, START + 5 * DAY)) == 3 * 96


def test_duplicates_say_the_same_twice() -> None:
    whole, doubled = read(meter()), read(meter(faults=with_fault(Duplicates(share=0.25))))
    assert len(whole) * 1.1 < len(doubled) < len(whole) * 1.4
    assert set(rows(doubled)) == set(rows(whole))


def test_a_drifting_clock_is_wrong_and_set_right_again() -> None:
    drift = ClockDrift(seconds_per_day=10, corrected_after_days=7)
    readings = read(meter(faults=with_fault(drift)), START, START + 21 * DAY)
    error_s = (readings.time - readings.taken) / 1_000_000
    assert 60 < error_s.max() < 70
    assert np.sum(np.diff(error_s) < -60) == 3


def test_chances_come_about_as_often_as_they_say() -> None:
    subject = meter(MeterKind.COUNTER, faults=Faults(chances=Chances(gaps=3, glitches=3, resets=3, late=3)))
    found = subject.faults.between(subject.noise, START, START + 300 * DAY)
    assert {type(fault) for fault in found} == {Gap, Glitch, Reset, Late}
    assert 80 < len(found) < 160


@pytest.mark.parametrize("wrong", [{"interval_s": 0}, {"interval_s": 90_000}, {"decimals": 7}])
def test_a_meter_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        meter(**{"interval_s": 60, **wrong})  # type: ignore[arg-type]


def test_the_stream_of_many_meters_is_in_the_order_of_sending() -> None:
    steady = (Load(profile=Steady(), place=Place(), seed=5),)
    readers = [
        MeterReader(meter(device_id=1, interval_s=60, faults=EVERYTHING)),
        MeterReader(meter(MeterKind.POWER, device_id=2, interval_s=7, loads=steady)),
        MeterReader(meter(MeterKind.INTERVAL, device_id=3, phase_s=13)),
    ]
    windows = list(stream(readers, START, START + 2 * DAY))
    sent = np.concatenate([window.sent for window in windows])
    assert len(windows) > 1
    assert np.all(np.diff(sent) >= 0)
    whole = joined([MeterReader(reader.meter).read(START, START + 2 * DAY) for reader in readers])
    assert rows(joined(windows)) == rows(whole)


def test_the_expected_number_is_the_number_without_faults() -> None:
    readers = [MeterReader(meter(interval_s=60)), MeterReader(meter(device_id=8, phase_s=30))]
    sent = sum(len(window) for window in stream(readers, START, START + DAY))
    assert sent == expected_readings(readers, START, START + DAY)
