"""How a month ends, told from the weeks before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.monitoring.domain.bill import SLOT_ENERGY
from kilowatch.monitoring.domain.calendar import Period, Span, local_clock, next_period_start, period_start
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.forecast import LOOK_BACK, Forecast, forecast
from kilowatch.monitoring.domain.tariff import Rate, Tariff, Terms
from kilowatch.monitoring.domain.visibility import ALWAYS, VisibleMeter
from kilowatch.monitoring.domain.week import typical_week

BUCHAREST = ZoneInfo("Europe/Bucharest")
DEVICE = Device(
    id=1,
    version=1,
    name="Mains",
    time_zone="Europe/Bucharest",
    direction=Direction.CONSUMPTION,
    configurations=(MeterConfiguration(valid_from=datetime(2020, 1, 1, tzinfo=UTC), kind=MeterKind.COUNTER),),
)
METER = VisibleMeter(DEVICE, (ALWAYS,))
FLAT = Tariff(
    name="Flat",
    currency="EUR",
    versions=(Terms(valid_from=date(2020, 1, 1), rates=(Rate("flat", 250_000),), standing_charge=100_000),),
)
FLAT_FOR_ALL = {1: (Contract(date.min, date.max, 1, FLAT, bears_standing_charge=True),)}
moments = st.integers(1_600_000_000, 1_770_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def month_of(now: datetime) -> Span:
    start = period_start(now, Period.MONTH, BUCHAREST)
    return Span(start, next_period_start(start, Period.MONTH, BUCHAREST))


def slots_between(start: datetime, end: datetime, energies: np.ndarray | int) -> np.ndarray:
    numbers = np.arange(int(start.timestamp()) // 900, int(end.timestamp()) // 900)
    rows = np.zeros(len(numbers), SLOT_ENERGY)
    rows["slot"] = numbers
    rows["energy"] = energies if isinstance(energies, int) else energies[: len(numbers)]
    return rows


def told(rows: np.ndarray, now: datetime, meter: VisibleMeter = METER) -> Forecast:
    return forecast(month_of(now), Direction.CONSUMPTION, [meter], FLAT_FOR_ALL, {1: rows}, now)


@settings(max_examples=30)
@given(moments, st.integers(0, 2**32))
def test_weeks_that_are_alike_tell_the_month_exactly(now, seed):
    """By local clocks, so that a change of them within the month changes nothing but the number of its hours."""
    usual = np.random.default_rng(seed).integers(0, 500_000, 7 * 96)

    def as_usual(start: datetime, end: datetime) -> np.ndarray:
        rows = slots_between(start, end, 0)
        day, quarter = local_clock(rows["slot"], BUCHAREST)
        rows["energy"] = usual[day % 7 * 96 + quarter]
        return rows

    month = month_of(now)
    found = told(as_usual(min(month.start, now - LOOK_BACK), now), now).energy_kwh
    # An hour that is repeated, or left out, may lie in a week that tells.
    tolerance = 4 * 0.5
    assert found.expected == pytest.approx(as_usual(month.start, month.end)["energy"].sum() / 1e6, abs=tolerance)
    assert found.low is not None
    assert found.low <= found.expected <= found.high


@settings(max_examples=30)
@given(moments, st.integers(0, 2**32), st.integers(0, 40 * 96))
def test_what_is_expected_lies_in_the_range_and_is_no_less_than_what_was_used(now, seed, missing):
    month = month_of(now)
    rows = slots_between(
        min(month.start, now - LOOK_BACK), now, np.random.default_rng(seed).integers(0, 10**6, 70 * 96)
    )
    found = told(rows[min(missing, len(rows)) :], now)
    for estimate in (found.energy_kwh, found.cost):
        assert estimate is not None
        if estimate.expected is not None:
            assert estimate.expected >= estimate.so_far - 1e-9
        if estimate.low is not None:
            assert estimate.low <= estimate.expected <= estimate.high


def test_the_range_goes_from_the_calmest_week_to_the_busiest():
    now = datetime(2026, 6, 15, 21, tzinfo=UTC)  # midnight of the 16th in Bucharest
    energies = np.repeat([400, 100, 300, 200], 7 * 96) * 1_000
    found = told(slots_between(now - timedelta(weeks=4), now, energies), now)
    so_far = (7 * 200 + 7 * 300 + 1 * 100) * 96 / 1_000
    rest = 15 * 96 / 1_000
    assert found.weeks == 4
    assert found.energy_kwh.so_far == so_far
    assert (found.energy_kwh.low, found.energy_kwh.high) == (so_far + 100 * rest, so_far + 400 * rest)
    assert found.energy_kwh.expected == so_far + 250 * rest


def test_the_cost_of_the_rest_has_its_rates_and_the_standing_charge_of_the_whole_month():
    now = datetime(2026, 6, 15, 21, tzinfo=UTC)
    found = told(slots_between(now - LOOK_BACK - timedelta(days=3), now, 1_000_000), now)
    assert found.cost is not None
    assert found.cost.so_far == 15 * (96 * 0.25 + 0.1)
    assert found.cost.expected == found.cost.low == found.cost.high == 30 * (96 * 0.25 + 0.1)


def test_with_a_few_days_there_is_an_expectation_and_no_range():
    now = datetime(2026, 6, 15, 21, tzinfo=UTC)
    found = told(slots_between(now - timedelta(days=3), now, 1_000_000), now)
    assert (found.weeks, found.energy_kwh.low) == (0, None)
    assert found.energy_kwh.expected == (3 + 15) * 96


def test_of_nothing_nothing_is_told():
    found = told(np.zeros(0, SLOT_ENERGY), datetime(2026, 6, 15, tzinfo=UTC))
    assert (found.energy_kwh.so_far, found.energy_kwh.expected) == (0, None)


def test_a_meter_that_is_silent_is_expected_to_have_gone_on():
    now = datetime(2026, 6, 15, 21, tzinfo=UTC)
    rows = slots_between(now - timedelta(weeks=5), now - timedelta(days=2), 1_000_000)
    assert told(rows, now).energy_kwh.expected == 30 * 96


def test_what_is_after_the_time_that_one_may_see_is_not_told():
    now = datetime(2026, 6, 15, 21, tzinfo=UTC)
    until = replace(METER, windows=(Span(datetime(2026, 1, 1, tzinfo=UTC), now + timedelta(days=5)),))
    rows = slots_between(now - timedelta(weeks=5), now, 1_000_000)
    assert told(rows, now, until).energy_kwh.expected == (15 + 5) * 96


def test_a_typical_week_has_the_mean_of_every_hour():
    monday = datetime(2026, 5, 31, 21, tzinfo=UTC)  # midnight in Bucharest
    energies = np.repeat([100_000, 300_000], 7 * 96)
    energies[:4] = 0
    rows = slots_between(monday, monday + timedelta(weeks=2), energies)[: 13 * 96]
    week = typical_week(Direction.CONSUMPTION, [METER], {1: rows}, BUCHAREST).mean_kwh
    assert [len(day) for day in week] == [24] * 7
    assert (week[0][0], week[0][1], week[6][23]) == (0.6, 0.8, 0.4)
    assert typical_week(Direction.CONSUMPTION, [METER], {1: rows[:96]}, BUCHAREST).mean_kwh[1] == [None] * 24
