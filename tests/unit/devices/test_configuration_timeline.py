"""Laws of dated configurations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.devices.domain.timeline import (
    Timeline,
    check_configuration,
    configuration_at,
    default_max_gap_s,
    with_configuration,
)
from kilowatch.kit.errors import Invalid

START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(-1000, 1000).map(lambda hours: START + timedelta(hours=hours))
configurations = st.builds(
    MeterConfiguration,
    valid_from=moments,
    kind=st.sampled_from(MeterKind),
    interval_s=st.sampled_from([60, 900]),
    max_gap_s=st.just(7200),
    max_power_w=st.just(5000.0),
)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    timeline: Timeline = (draw(configurations),)
    for configuration in draw(st.lists(configurations, max_size=6)):
        timeline = with_configuration(timeline, configuration)
    return timeline


@given(timelines())
def test_a_timeline_is_in_order_and_says_something_new_at_each_date(timeline) -> None:
    dates = [configuration.valid_from for configuration in timeline]
    assert dates == sorted(set(dates))


@given(timelines(), configurations)
def test_the_new_configuration_is_in_force_from_its_date(timeline, new) -> None:
    after = configuration_at(with_configuration(timeline, new), new.valid_from)
    assert (after.kind, after.interval_s) == (new.kind, new.interval_s)


@given(timelines(), configurations, moments)
def test_nothing_changes_before_the_new_date_nor_from_the_next_one_on(timeline, new, moment) -> None:
    following = [c.valid_from for c in timeline if c.valid_from > new.valid_from]
    before_it = timeline[0].valid_from <= moment < new.valid_from
    from_the_next = bool(following) and moment >= following[0]
    if before_it or from_the_next:
        after = configuration_at(with_configuration(timeline, new), moment)
        assert after == configuration_at(timeline, moment)


@given(timelines(), configurations)
def test_to_say_the_same_twice_is_to_say_it_once(timeline, new) -> None:
    once = with_configuration(timeline, new)
    assert with_configuration(once, new) == once


@given(timelines(), moments)
def test_to_say_what_holds_anyway_adds_nothing(timeline, moment) -> None:
    current = configuration_at(timeline, moment)
    same = MeterConfiguration(
        valid_from=moment,
        kind=current.kind,
        interval_s=current.interval_s,
        max_gap_s=current.max_gap_s,
        max_power_w=current.max_power_w,
        modulus_kwh=current.modulus_kwh,
    )
    assert with_configuration(timeline, same) == timeline


@given(timelines())
def test_the_first_configuration_holds_for_all_earlier_time(timeline) -> None:
    assert configuration_at(timeline, timeline[0].valid_from - timedelta(days=9999)) == timeline[0]


@given(st.integers(1, 31 * 86_400))
def test_the_usual_gap_is_never_shorter_than_the_interval(interval_s) -> None:
    assert default_max_gap_s(interval_s) > interval_s


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"valid_from": START + timedelta(seconds=1)}, "future"),
        ({"kind": MeterKind.POWER, "modulus_kwh": 1000.0}, "counter"),
        ({"interval_s": 900, "max_gap_s": 899}, "max_gap_s"),
    ],
)
def test_what_no_meter_can_be_is_refused(fields, reason) -> None:
    values = {"valid_from": START, "kind": MeterKind.COUNTER} | fields
    with pytest.raises(Invalid, match=reason):
        check_configuration(MeterConfiguration(**values), now=START)
