"""What assignments show, and which meters make up a total."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.metering import AccessLevel, Assignment, Device, Direction, MeterConfiguration, MeterKind
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.visibility import ALWAYS, VisibleMeter, clipped, merged, top_level, windows

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOURS = st.integers(0, 48)
spans = st.lists(
    st.tuples(HOURS, st.integers(1, 12)).map(
        lambda pair: Span(NOON + timedelta(hours=pair[0]), NOON + timedelta(hours=sum(pair)))
    ),
    max_size=8,
)


def covered(found):
    """The quarters of an hour that lie within any of the spans, each as often as it does."""
    quarter = timedelta(minutes=15)
    return [span.start + quarter * number for span in found for number in range(int((span.end - span.start) / quarter))]


def meter(device_id, parent_id=None, direction=Direction.CONSUMPTION):
    configuration = MeterConfiguration(valid_from=NOON, kind=MeterKind.INTERVAL)
    device = Device(
        id=device_id,
        version=1,
        name="",
        time_zone="UTC",
        direction=direction,
        configurations=(configuration,),
        parent_id=parent_id,
    )
    return VisibleMeter(device, (ALWAYS,))


def counted(meters, *hidden):
    ancestry = {each.device.id: each.device for each in (*meters, *hidden)}
    return [each.device.id for each in top_level(meters, ancestry)]


@given(spans)
def test_merged_spans_hold_the_same_time_once(found):
    result = covered(merged(found))
    assert set(result) == set(covered(found))
    assert len(result) == len(set(result))


@given(spans, HOURS, st.integers(1, 48))
def test_clipped_spans_stay_within(found, start, length):
    within = Span(NOON + timedelta(hours=start), NOON + timedelta(hours=start + length))
    assert sorted(covered(clipped(found, within))) == sorted(
        moment for moment in covered(found) if within.start <= moment < within.end
    )


@given(st.lists(st.tuples(st.integers(-48, 48), st.integers(1, 96)), max_size=6))
def test_what_is_seen_begins_with_an_assignment_that_is_in_force(pairs):
    given_to = [
        Assignment(
            user_id=UUID(int=1),
            level=AccessLevel.VIEWER,
            since=NOON + timedelta(hours=since),
            until=NOON + timedelta(hours=since + length),
        )
        for since, length in pairs
    ]
    in_force = [each for each in given_to if each.since <= NOON < each.until]
    found = windows(given_to, NOON)
    # Assignments that hold now all overlap now, so what they show is one stretch.
    assert len(found) == bool(in_force)
    if in_force:
        assert found == (Span(min(each.since for each in in_force), max(each.until for each in in_force)),)


def test_a_meter_behind_another_is_not_counted_again():
    assert counted([meter(1), meter(2, 1), meter(3, 2), meter(4)]) == [1, 4]


def test_a_meter_behind_one_that_is_not_seen_is_counted():
    assert counted([meter(2, 1), meter(3, 2)], meter(1)) == [2]


def test_a_meter_behind_an_unseen_one_behind_a_seen_one_is_not_counted():
    assert counted([meter(1), meter(3, 2)], meter(2, 1)) == [1]


def test_production_behind_a_consumption_meter_is_counted_as_production():
    assert counted([meter(1), meter(2, 1, Direction.PRODUCTION)]) == [1, 2]


def test_meters_in_a_circle_do_not_hang():
    assert counted([meter(1, 2), meter(2, 1)]) == []
