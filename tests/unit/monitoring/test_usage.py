"""What readings mean: laws that hold for any readings, and the cases that people ask about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.monitoring.domain.increment import TAIL, increment
from kilowatch.monitoring.domain.usage import (
    COUNTER,
    INTERVAL,
    POWER,
    REACH_AHEAD,
    REACH_BACK,
    SLOT_US,
    Quality,
    segments,
    slot_of,
    slots,
    total,
)
from tests.unit.monitoring.meters import MINUTE_US, START_US, fleets, meters, observation_rows

HOUR_US = 60 * MINUTE_US
KWH = 1_000_000


def energy_by_slot(rows):
    return dict(zip((slots_of := slots(segments(rows)))["slot"] - START_US // SLOT_US, slots_of["energy"], strict=True))


@given(fleets())
def test_energy_is_neither_lost_nor_made_by_splitting_it_over_slots(rows):
    found = segments(rows)
    assert slots(found)["energy"].sum() == found["energy"].sum()


@given(fleets())
def test_a_slot_is_covered_at_most_once(rows):
    assert (slots(segments(rows))["covered"] <= SLOT_US).all()


@given(fleets())
def test_every_reading_is_counted_in_the_slot_that_it_lies_in(rows):
    found = slots(segments(rows))
    assert found["readings"].sum() == len(rows)
    for row in rows:
        there = (found["device"] == row["device"]) & (found["slot"] == slot_of(row["time"]))
        assert found["readings"][there].sum() >= 1


@given(meters(), st.data())
def test_a_contribution_depends_on_two_readings_back_and_one_ahead(rows, data):
    if not len(rows):
        return
    here = data.draw(st.integers(0, len(rows) - 1))
    first = max(0, here - REACH_BACK)
    window = segments(rows[first : here + REACH_AHEAD + 1])
    assert window[here - first] == segments(rows)[here]


@given(fleets(), st.data())
def test_readings_that_come_in_order_in_any_batches_add_up_to_computing_it_all_at_once(rows, data):
    """Devices that report a revision are left out: for them the ledger computes a stretch again."""
    order = np.argsort(rows["time"], kind="stable")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    known, summed, revised = rows[:0], slots(segments(rows[:0])), set()
    for part in np.split(order, cuts):
        new = rows[np.sort(part)]
        tails = np.concatenate([rows[:0], *(known[known["device"] == device][-TAIL:] for device in (1, 2, 3))])
        tails = tails[np.isin(tails["device"], new["device"])]
        step = increment(tails, new)
        revised |= set(step.revised.tolist())
        summed = total(np.concatenate([summed, step.slots]))
        known = np.sort(np.concatenate([known, new]), order=["device", "time"])
    expected = slots(segments(rows))
    steady = ~np.isin(expected["device"], list(revised))
    assert np.array_equal(summed[~np.isin(summed["device"], list(revised))], expected[steady])


@given(st.lists(st.integers(1, 4_000), min_size=1, max_size=30), st.integers(0, 999), st.booleans())
def test_a_counter_counts_what_was_used_through_roll_overs_and_resets(steps_wh, start_kwh, resets):
    """Whatever the register shows, the sum is what went through the meter since the first reading."""
    register, used, readings, previous = float(start_kwh), 0, [(0, float(start_kwh))], float(start_kwh)
    for number, step in enumerate(steps_wh, 1):
        if resets and number == len(steps_wh) // 2 and 20 < previous < 990:  # nearer it would be a roll-over
            register = 0.0
        register = round((register + step / 1_000) % 1_000, 3)
        used += step * 1_000
        readings.append((number * HOUR_US, register))
        previous = register
    rows = observation_rows(1, COUNTER, readings, modulus=1_000 * KWH, max_power=4_000.0)
    assert segments(rows)["energy"].sum() == used


def test_interval_energy_is_spread_over_the_time_since_the_previous_reading():
    rows = observation_rows(1, INTERVAL, [(15 * MINUTE_US, 1.0), (45 * MINUTE_US, 3.0)])
    assert energy_by_slot(rows) == {0: 1 * KWH, 1: 1.5 * KWH, 2: 1.5 * KWH}


def test_power_is_integrated_over_time():
    rows = observation_rows(1, POWER, [(0, 1_000.0), (30 * MINUTE_US, 3_000.0)])
    assert segments(rows)["energy"].sum() == 1 * KWH
    assert segments(rows)["peak"].max() == 3_000


def test_power_over_too_long_a_gap_is_unknown_and_not_invented():
    rows = observation_rows(1, POWER, [(0, 1_000.0), (3 * HOUR_US, 1_000.0)])
    found = slots(segments(rows))
    assert found["energy"].sum() == 0
    assert found["covered"].sum() == 0


def test_a_counter_s_energy_over_a_long_gap_is_kept_and_marked_estimated():
    rows = observation_rows(1, COUNTER, [(0, 10.0), (3 * HOUR_US, 13.0)])
    found = slots(segments(rows))
    assert found["energy"].sum() == 3 * KWH
    assert (found["quality"][found["covered"] > 0] == Quality.ESTIMATED).all()


def test_a_roll_over_is_told_from_a_reset_by_the_largest_plausible_power():
    over = observation_rows(1, COUNTER, [(0, 999.0), (HOUR_US, 2.0)], modulus=1_000 * KWH)
    reset = observation_rows(1, COUNTER, [(0, 500.0), (HOUR_US, 2.0)], modulus=1_000 * KWH)
    assert segments(over)["energy"].sum() == 3 * KWH
    assert segments(over)["mark"][1] == Quality.ROLLOVER
    assert segments(reset)["energy"].sum() == 2 * KWH
    assert segments(reset)["mark"][1] == Quality.RESET


@pytest.mark.parametrize("nonsense", [0.0, 5.0, 90_000.0])
def test_a_single_nonsense_value_is_stepped_over(nonsense):
    rows = observation_rows(1, COUNTER, [(0, 100.0), (HOUR_US, 101.0), (2 * HOUR_US, nonsense), (3 * HOUR_US, 103.0)])
    found = segments(rows)
    assert found["energy"].sum() == 3 * KWH
    assert found["mark"].tolist() == [0, 0, Quality.GLITCH, 0]


def test_a_jump_that_nothing_explains_is_flagged_and_leaves_a_hole_in_the_coverage():
    rows = observation_rows(1, COUNTER, [(0, 100.0), (HOUR_US, 70_000.0), (2 * HOUR_US, 70_001.0)])
    found = slots(segments(rows))
    assert found["energy"].sum() == 1 * KWH
    assert found["covered"].sum() == HOUR_US
    assert (found["quality"] & Quality.GLITCH).any()


def test_a_reading_on_the_boundary_closes_the_slot_before_it():
    assert slot_of(np.array([SLOT_US, SLOT_US + 1])).tolist() == [0, 1]


def test_a_change_of_kind_starts_anew():
    counter = observation_rows(1, COUNTER, [(0, 5_000.0)])
    power = observation_rows(1, POWER, [(15 * MINUTE_US, 100.0), (30 * MINUTE_US, 100.0)])
    assert segments(np.concatenate([counter, power]))["energy"].tolist() == [0, 0, 25_000]
