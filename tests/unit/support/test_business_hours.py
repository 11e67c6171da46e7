"""Business time: laws over any hours, any zone, any instants."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.kit.errors import Invalid
from kilowatch.support.domain.business_hours import (
    OFFICE,
    BusinessHours,
    Interval,
    business_time,
    is_open,
    next_opening,
)
from kilowatch.support.domain.cases import Case, CaseTimes, Ending, Reason, times_of

ZONES = ["UTC", "Europe/Bucharest", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "America/Havana"]
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@st.composite
def days(draw: st.DrawFn) -> tuple[Interval, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=8)))
    return tuple(Interval(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))


#: A spring and an autumn, so that the clocks are put forward and back in most of the zones.
moments = st.integers(0, 275 * 86_400).map(lambda s: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=s))
hours = st.builds(
    BusinessHours,
    st.sampled_from(ZONES),
    st.tuples(*[days()] * 7),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=5),
)


@given(hours, moments, moments, moments)
def test_business_time_adds_up(open_hours, a, b, c):
    a, b, c = sorted((a, b, c))
    assert business_time(open_hours, a, c) == business_time(open_hours, a, b) + business_time(open_hours, b, c)


@given(hours, moments, moments)
def test_business_time_is_never_longer_than_time(open_hours, a, b):
    a, b = sorted((a, b))
    assert timedelta() <= business_time(open_hours, a, b) <= b - a


@given(hours, moments)
def test_nobody_is_there_between_now_and_the_next_opening(open_hours, now):
    opening = next_opening(open_hours, now)
    if opening is None:
        assert business_time(open_hours, now, now + timedelta(days=300)) == timedelta()
        return
    assert opening >= now
    assert is_open(open_hours, opening)
    assert business_time(open_hours, now, opening) == timedelta()


@given(hours, moments)
def test_it_is_open_exactly_while_business_time_passes(open_hours, now):
    # A microsecond, which is as fine as time is kept.
    passes = business_time(open_hours, now, now + timedelta(microseconds=1)) > timedelta()
    assert is_open(open_hours, now) == passes


@given(moments)
def test_open_all_day_is_all_time(now):
    always = BusinessHours("America/Havana", ((Interval(0, 1440),),) * 7)
    assert business_time(always, now, now + timedelta(days=40)) == timedelta(days=40)


def test_the_hour_that_is_repeated_counts_twice_and_the_one_that_is_skipped_not_at_all():
    night = BusinessHours("Europe/Bucharest", ((Interval(2 * 60, 5 * 60),),) * 7)
    repeated = datetime(2026, 10, 25, tzinfo=UTC) - timedelta(hours=12)
    skipped = datetime(2026, 3, 29, tzinfo=UTC) - timedelta(hours=12)
    assert business_time(night, repeated, repeated + timedelta(days=1)) == timedelta(hours=4)
    assert business_time(night, skipped, skipped + timedelta(days=1)) == timedelta(hours=2)


def test_a_weekend_and_a_holiday_take_no_business_time():
    closed = BusinessHours("UTC", OFFICE.week, frozenset({date(2026, 11, 25)}))
    friday_evening = MONDAY - timedelta(days=2, hours=7)
    assert next_opening(closed, friday_evening) == MONDAY + timedelta(hours=9)
    assert business_time(closed, friday_evening, MONDAY + timedelta(hours=10)) == timedelta(hours=1)
    assert business_time(closed, MONDAY, MONDAY + timedelta(days=7)) == timedelta(hours=32)


def test_a_case_takes_the_time_in_which_somebody_is_there():
    asked = MONDAY - timedelta(days=3, hours=-16)  # Friday at four
    case = Case(id=UUID(int=1), conversation_id=UUID(int=2), asked_at=asked, reason=Reason.ASKED, summary="")
    assert times_of(case, OFFICE) == CaseTimes(None, None)
    answered = replace(case, first_response_at=MONDAY + timedelta(hours=10), ended_at=MONDAY + timedelta(hours=12))
    assert times_of(replace(answered, ending=Ending.RESOLVED), OFFICE) == CaseTimes(2 * 3600, 4 * 3600)
    assert times_of(replace(answered, ending=Ending.RELEASED), OFFICE) == CaseTimes(2 * 3600, None)


def test_several_intervals_of_a_day_are_open_and_the_break_between_them_is_not():
    lunch = BusinessHours("Europe/Bucharest", ((Interval(540, 720), Interval(780, 1020)),) * 5 + ((), ()))
    noon = MONDAY + timedelta(hours=10, minutes=30)  # half past twelve there
    assert not is_open(lunch, noon)
    assert next_opening(lunch, noon) == MONDAY + timedelta(hours=11)
    assert business_time(lunch, MONDAY, MONDAY + timedelta(days=1)) == timedelta(hours=7)


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 6,
        ((Interval(10, 10),), *((),) * 6),
        ((Interval(0, 1441),), *((),) * 6),
        ((Interval(0, 60), Interval(59, 70)), *((),) * 6),
        (tuple(Interval(n * 10, n * 10 + 5) for n in range(9)), *((),) * 6),
    ],
)
def test_hours_that_make_no_sense_are_refused(week):
    with pytest.raises(Invalid):
        BusinessHours("UTC", week)
