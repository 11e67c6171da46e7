"""What is likely where there are no readings."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.corrections import (
    Estimate,
    Method,
    Point,
    Surroundings,
    inserted,
    profile_of,
)

START = datetime(2026, 6, 1, 10, 7, tzinfo=UTC)
SLOT = timedelta(minutes=15)
ZONE = ZoneInfo("Europe/Bucharest")
WEEK = [(datetime(2026, 5, 25, tzinfo=UTC) + SLOT * number, 100_000) for number in range(7 * 96)]


def around(kind: MeterKind, before: float | None, after: float | None, hours: int = 2, interval_s: int = 900):
    return Surroundings(
        None if before is None else Point(START, before),
        None if after is None else Point(START + timedelta(hours=hours), after),
        profile_of(WEEK, ZONE),
        MeterConfiguration(valid_from=START, kind=kind, interval_s=interval_s),
        ZONE,
    )


def estimated(surroundings: Surroundings, method: Method, hours: int = 2) -> list[Point]:
    span = Span(START + timedelta(microseconds=1), START + timedelta(hours=hours))
    return list(inserted(Estimate(span, method), surroundings))


@given(st.sampled_from([60, 300, 900, 1_800, 3_600]), st.integers(1, 48))
def test_an_interval_meter_s_estimates_sum_to_what_is_usual_whatever_its_interval(interval_s, hours):
    """The last interval before the next reading is that reading's own."""
    points = estimated(around(MeterKind.INTERVAL, 1.0, 1.0, hours, interval_s), Method.PROFILE, hours)
    expected = 0.4 * (hours - interval_s / 3_600)
    assert sum(point.value for point in points) == pytest.approx(expected, abs=1e-3)


@given(st.floats(0, 1_000), st.floats(0, 50), st.integers(1, 48), st.sampled_from(Method))
def test_a_register_that_is_estimated_never_falls_nor_passes_its_ends(first, rise, hours, method):
    points = estimated(around(MeterKind.COUNTER, first, first + rise, hours), method, hours)
    values = [round(first, 6), *(point.value for point in points), round(first + rise, 6)]
    assert all(later >= earlier - 2e-6 for earlier, later in pairwise(values))


def test_estimates_keep_the_meter_s_beat():
    points = estimated(around(MeterKind.INTERVAL, 1.0, 2.0), Method.LINEAR)
    assert [point.time for point in points] == [START + SLOT * number for number in range(1, 8)]


def test_power_is_estimated_as_the_mean_power_that_is_usual():
    points = estimated(around(MeterKind.POWER, 0.0, 0.0), Method.PROFILE)
    assert {point.value for point in points} == {400.0}


def test_a_register_without_a_reading_before_it_is_not_estimated():
    for method in Method:
        with pytest.raises(Invalid):
            estimated(around(MeterKind.COUNTER, None, 5.0), method)
