"""From when to when, as people ask."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain.asking import asked_span, parts, read_moment, require_at_most
from kilowatch.monitoring.domain.calendar import Period, Span, period_start, periods

BUCHAREST = ZoneInfo("Europe/Bucharest")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-06-01", "2026-05-31T21:00:00+00:00"),
        ("2026-06-01T10:00", "2026-06-01T07:00:00+00:00"),
        ("2026-06-01 10:00", "2026-06-01T07:00:00+00:00"),
        ("2026-06-01T10:00Z", "2026-06-01T10:00:00+00:00"),
        ("2026-06-01T10:00:00 02:00", "2026-06-01T08:00:00+00:00"),
        ("2025-10-26T03:30", "2025-10-26T00:30:00+00:00"),  # repeated: the first of the two
        ("2026-03-29T03:30", "2026-03-29T01:30:00+00:00"),  # skipped: as far after the hour before
    ],
)
def test_dates_and_local_times_are_in_the_zone(text, instant):
    assert read_moment(text, BUCHAREST).isoformat() == instant


@pytest.mark.parametrize("text", ["", "now", "2026-13-01", "2026-06-01T25:00", "0001-01-01", "9999-12-31T23:59-12:00"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Invalid):
        read_moment(text, BUCHAREST)


def test_nothing_said_is_today():
    assert asked_span(None, None, BUCHAREST, NOW) == Span(NOW - timedelta(hours=15), NOW + timedelta(hours=9))


def test_a_start_alone_goes_to_the_end_of_today_or_of_its_own_day():
    today = NOW + timedelta(hours=9)
    assert asked_span("2026-01-01", None, BUCHAREST, NOW).end == today
    assert asked_span("2026-07-01", None, BUCHAREST, NOW).end == today + timedelta(days=30)


@given(
    st.integers(0, 40 * 365 * 24),
    st.integers(1, 400 * 24),
    st.sampled_from(Period),
    st.integers(2, 50),
    st.sampled_from(["Europe/Bucharest", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_parts_cut_where_periods_begin_and_leave_nothing_out(start, length, period, count, zone_name):
    zone = ZoneInfo(zone_name)
    begin = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    span = Span(begin, begin + timedelta(hours=length))
    found = list(parts(span, period, zone, count))
    assert (found[0].start, found[-1].end) == (span.start, span.end)
    for one, other in pairwise(found):
        assert one.end == other.start == period_start(other.start, period, zone)


@given(st.integers(0, 10_000), st.integers(1, 3000), st.sampled_from(Period))
def test_what_is_let_through_has_no_more_periods_than_the_limit(start, length, period):
    begin = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    span = Span(begin, begin + timedelta(hours=length))
    try:
        require_at_most(50, span, period)
    except Invalid:
        return
    assert len(list(periods(span, period, BUCHAREST))) <= 50 + 1  # the first and the last may stick out
