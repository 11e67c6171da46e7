"""Sums of slots, laid out along an axis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.calendar import Period, Span, axis
from kilowatch.monitoring.domain.report import SUMS, expected_time, report
from tests.unit.monitoring.test_visibility import meter

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAYS = axis(Span(NOON - timedelta(days=3), NOON), Period.DAY, ZoneInfo("UTC"))
HOUR_US = 3_600_000_000


def sums(*rows):
    return np.array([*rows, *[(0, 0.0, 0, 0, 0, 0)] * (4 - len(rows))], SUMS)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_energy_is_printed_to_the_milliwatt_hour(energy):
    found = report(Direction.EXPORT, [meter(1)], DAYS, sums((energy, 1.0, 1, HOUR_US, 0, 0)), NOON)
    printed = Decimal(msgspec.json.encode(found.periods[0].energy_kwh).decode())
    assert printed == Decimal(energy).scaleb(-6)


@given(st.lists(st.integers(0, 10**12), min_size=4, max_size=4))
def test_the_total_is_the_sum_of_the_periods(energies):
    rows = [(energy, 1.0, 1, HOUR_US, 0, 0) for energy in energies]
    found = report(Direction.CONSUMPTION, [meter(1)], DAYS, sums(*rows), NOON)
    assert found.total.energy_kwh == sum(energies) / 1_000_000
    assert found.total.readings == 4


def test_readings_that_account_for_no_time_tell_no_energy():
    [first, second, *_] = report(Direction.CONSUMPTION, [meter(1)], DAYS, sums((0, 0.0, 1, 0, 8, 2)), NOON).periods
    assert (first.energy_kwh, first.coverage, first.quality, first.revision) == (None, 0.0, ("glitch",), 2)
    assert (second.energy_kwh, second.readings) == (None, 0)


def test_only_the_time_so_far_that_may_be_seen_is_expected():
    since = replace(meter(2), windows=(Span(NOON - timedelta(hours=6), NOON + timedelta(days=9)),))
    hours = (expected_time(DAYS, [meter(1), since], NOON) / HOUR_US).tolist()
    assert hours == [24, 24, 24, 12 + 6]
    assert expected_time(DAYS, [meter(1)], NOON - timedelta(days=99)).sum() == 0


def test_more_coverage_than_time_is_all_of_it():
    found = report(Direction.CONSUMPTION, [meter(1)], DAYS, sums((1, 1.0, 1, 25 * HOUR_US, 0, 0)), NOON)
    assert found.periods[0].coverage == 1.0
