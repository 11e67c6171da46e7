"""Laws of hours, days, weeks, months and years in a zone, and the days on which they are hard."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.monitoring.domain import limits
from kilowatch.monitoring.domain.calendar import Period, Span, axis, period_start, periods
from kilowatch.monitoring.domain.usage import SLOT, SLOT_US

BUCHAREST = ZoneInfo("Europe/Bucharest")
ADELAIDE = ZoneInfo("Australia/Adelaide")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
CARACAS = ZoneInfo("America/Caracas")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [BUCHAREST, ADELAIDE, KATHMANDU, SAO_PAULO, LORD_HOWE, CARACAS, APIA, ZoneInfo("America/Havana")]

LENGTHS = {
    Period.SLOT: timedelta(days=2),
    Period.HOUR: timedelta(days=8),
    Period.DAY: timedelta(days=400),
    Period.WEEK: timedelta(days=800),
    Period.MONTH: timedelta(days=2000),
    Period.YEAR: timedelta(days=5000),
}

YEAR_S = 31_556_952
moments = st.integers(37 * YEAR_S, 65 * YEAR_S).map(lambda second: datetime.fromtimestamp(second, UTC))
zones = st.sampled_from(ZONES)


def hours_between(span: Span) -> float:
    return (span.end - span.start) / timedelta(hours=1)


def local_day(zone: ZoneInfo, year: int, month: int, day: int) -> Span:
    noon = datetime(year, month, day, 12, tzinfo=zone)
    return next(periods(Span(noon, noon + timedelta(minutes=1)), Period.DAY, zone))


def hours_of(day: Span, zone: ZoneInfo) -> list[Span]:
    return list(periods(day, Period.HOUR, zone))


@given(moments, st.sampled_from(Period), zones, st.floats(0.001, 1))
def test_periods_follow_each_other_without_gap_or_overlap(moment, period, zone, part):
    span = Span(moment, moment + LENGTHS[period] * part)
    found = list(periods(span, period, zone))
    assert found[0].start <= span.start < found[0].end
    assert found[-1].start < span.end <= found[-1].end
    assert all(one.end == other.start for one, other in pairwise(found))
    assert all(each.start < each.end for each in found)


@given(moments, st.sampled_from(Period), zones, st.integers(0, 999))
def test_every_moment_of_a_period_finds_the_same_start(moment, period, zone, part):
    [first, *_] = periods(Span(moment, moment + timedelta(seconds=1)), period, zone)
    inside = first.start + (first.end - first.start) // 1000 * part
    assert period_start(inside, period, zone) == first.start


@given(moments, zones)
def test_every_longer_period_is_made_of_whole_shorter_ones(moment, zone):
    starts = {period: period_start(moment, period, zone) for period in Period}
    assert period_start(starts[Period.DAY], Period.HOUR, zone) == starts[Period.DAY]
    for longer in (Period.WEEK, Period.MONTH, Period.YEAR):
        assert period_start(starts[longer], Period.DAY, zone) == starts[longer]


@given(moments, zones)
def test_a_period_starts_on_a_slot(moment, zone):
    for period in Period:
        assert period_start(moment, period, zone).timestamp() % 900 == 0


@given(moments, st.sampled_from(Period), zones)
def test_an_axis_is_the_periods_in_a_row(moment, period, zone):
    span = Span(moment, moment + LENGTHS[period] / 4)
    found = axis(span, period, zone)
    assert list(pairwise(found.instants)) == [(each.start, each.end) for each in periods(span, period, zone)]
    assert tuple(local.astimezone(UTC) for local in found.local) == found.instants
    assert all(local.tzinfo is zone for local in found.local)


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25), (6, 1, 24)])
def test_a_day_in_bucharest_has_as_many_hours_as_the_clocks_show(month, day, hours):
    span = local_day(BUCHAREST, 2026, month, day)
    assert hours_between(span) == hours
    assert [hours_between(hour) for hour in hours_of(span, BUCHAREST)] == [1] * hours


def test_the_repeated_hour_is_two_hours():
    hours = hours_of(local_day(BUCHAREST, 2026, 10, 25), BUCHAREST)
    local = [hour.start.astimezone(BUCHAREST).isoformat() for hour in hours[3:5]]
    assert local == ["2026-10-25T03:00:00+03:00", "2026-10-25T03:00:00+02:00"]


@pytest.mark.parametrize(("zone", "minute"), [(ADELAIDE, 30), (KATHMANDU, 15)])
def test_hours_begin_where_the_zone_has_them(zone, minute):
    # Adelaide is ahead by half an hour, Kathmandu by three quarters.
    hours = hours_of(local_day(zone, 2026, 5, 5), zone)
    assert {hour.start.minute for hour in hours} == {minute}
    assert {hour.start.astimezone(zone).minute for hour in hours} == {0}


def test_a_day_without_midnight_begins_at_one():
    day = local_day(SAO_PAULO, 2018, 11, 4)
    assert day.start.astimezone(SAO_PAULO).isoformat() == "2018-11-04T01:00:00-02:00"
    assert hours_between(day) == 23


def test_clocks_that_change_by_half_an_hour_make_half_hours():
    spring, autumn = local_day(LORD_HOWE, 2026, 10, 4), local_day(LORD_HOWE, 2026, 4, 5)
    assert (hours_between(spring), hours_between(autumn)) == (23.5, 24.5)
    for day in (spring, autumn):
        lengths = [hours_between(hour) for hour in hours_of(day, LORD_HOWE)]
        assert sorted(lengths)[:2] == [0.5, 1]
        assert sum(lengths) == hours_between(day)


def test_clocks_that_change_in_the_middle_of_an_hour_end_it():
    hours = hours_of(local_day(CARACAS, 2016, 5, 1), CARACAS)
    assert [hours_between(hour) for hour in hours] == [1, 1, 0.5, *[1] * 21]


def test_a_day_that_the_calendar_skips_does_not_exist():
    span = Span(datetime(2011, 12, 29, 12, tzinfo=APIA), datetime(2012, 1, 1, tzinfo=APIA))
    days = [each.start.astimezone(APIA).day for each in periods(span, Period.DAY, APIA)]
    assert days == [29, 31]


def test_weeks_begin_on_monday_also_over_new_year():
    start = period_start(datetime(2027, 1, 1, 12, tzinfo=BUCHAREST), Period.WEEK, BUCHAREST)
    assert start.astimezone(BUCHAREST).isoformat() == "2026-12-28T00:00:00+02:00"


#: A day and a half around the switches of Bucharest, which are those of no other zone here, and of Adelaide.
SWITCHES = [datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((3, 28), (10, 24), (4, 4), (10, 3), (6, 1))]


@given(
    st.sampled_from(SWITCHES),
    st.lists(st.tuples(st.integers(0, 143), st.sampled_from([0, 1, 2]), st.integers(0, 10**9)), min_size=1),
)
def test_the_hours_that_limits_are_judged_by_are_those_of_the_calendar_and_nothing_is_lost(start, used):
    named = [BUCHAREST, ADELAIDE, KATHMANDU]
    slots = np.zeros(len(used), SLOT)
    places = np.array([zone for _, zone, _ in used])
    slots["device"], slots["energy"] = places, [energy for _, _, energy in used]
    slots["slot"] = [int(start.timestamp()) * 1_000_000 // SLOT_US + slot for slot, _, _ in used]
    hours = limits.hours_of(slots, places, [zone.key for zone in named])
    for number, zone in enumerate(named):
        mine, judged = slots[slots["device"] == number], hours[hours["device"] == number]
        along = axis(Span(start, start + timedelta(hours=36)), Period.HOUR, zone)
        sums, _ = np.histogram(mine["slot"] * SLOT_US, along.edges, weights=mine["energy"])
        begins = dict(zip(along.edges.tolist(), sums.tolist(), strict=False))
        assert {hour * SLOT_US: energy for _, hour, energy in judged.tolist() if energy} == {
            edge: energy for edge, energy in begins.items() if energy
        }
        assert judged["energy"].sum() == sum(begins.values()) == mine["energy"].sum()
