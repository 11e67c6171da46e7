"""From when on two histories of a configuration differ."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.monitoring.domain.configuration import BEGINNING, first_difference, in_force

DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)

histories = st.dictionaries(st.integers(0, 20), st.sampled_from([100.0, 200.0]), min_size=1, max_size=5).map(
    lambda powers: tuple(configuration(day, power) for day, power in sorted(powers.items()))
)


def configuration(day, power=100.0):
    return MeterConfiguration(valid_from=FIRST + DAY * day, kind=MeterKind.INTERVAL, max_power_w=power)


def power_at(history, moment):
    return in_force(history, moment).max_power_w


@given(histories, histories)
def test_nothing_differs_before_the_first_difference_and_something_does_at_it(before, after):
    found = first_difference(before, after)
    moments = [BEGINNING, *(FIRST + DAY * day for day in range(-1, 22))]
    differing = [moment for moment in moments if power_at(before, moment) != power_at(after, moment)]
    assert found == (differing[0] if differing else None)


@given(histories)
def test_saying_the_same_again_changes_nothing(history):
    again = (*history, replace(history[-1], valid_from=history[-1].valid_from + DAY))
    assert first_difference(history, again) is None


def test_another_first_configuration_differs_from_the_beginning():
    assert first_difference((configuration(0),), (configuration(0, 200.0),)) == BEGINNING
