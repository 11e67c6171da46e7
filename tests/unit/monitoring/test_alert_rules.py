"""What rules find, as laws and by example."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.events import AlertKind, Severity
from kilowatch.monitoring.domain.budgets import judge_budget, steps_passed
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import Finding, Measured, those_told
from kilowatch.monitoring.domain.power_limit import Stretch, excesses
from kilowatch.monitoring.domain.rules import Budget, Offline, PowerLimit, QuietHours, Rule, UnusualUse, held_until
from kilowatch.monitoring.domain.silence import Consumed, judge_silence
from kilowatch.monitoring.domain.unusual import Hour, compared_with, unusual_times, usual

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BUCHAREST = ZoneInfo("Europe/Bucharest")
LIMIT = PowerLimit(limit_w=1000, for_s=180, hysteresis_percent=10)


def minutes(*powers: float) -> list[Stretch]:
    return [Stretch(NOON + MINUTE * n, NOON + MINUTE * (n + 1), power) for n, power in enumerate(powers)]


# -- power ---------------------------------------------------------------------------------------------------------


def test_a_short_peak_is_none():
    assert excesses(minutes(900, 2000, 2000, 800), LIMIT, over_before=False) == []


def test_a_long_one_is_from_its_first_moment_to_the_first_below_the_hysteresis():
    [found] = excesses(minutes(900, 1100, 950, 1200, 890, 2000), LIMIT, over_before=False)
    assert (found.since, found.until) == (NOON + MINUTE, NOON + 4 * MINUTE)
    assert found.measured.power_w == 1200


def test_what_was_going_on_before_goes_on_above_the_hysteresis_and_ends_at_once_below_it():
    [on] = excesses(minutes(950), LIMIT, over_before=True)
    assert on.until is None
    [over] = excesses(minutes(850, 2000), LIMIT, over_before=True)
    assert (over.since, over.until) == (NOON, NOON)


def test_what_nobody_observed_is_not_over_the_limit():
    hole = [*minutes(2000, 2000, 2000), Stretch(NOON + HOUR, NOON + HOUR + MINUTE, 2000)]
    [found] = excesses(hole, LIMIT, over_before=False)
    assert found.until == NOON + 3 * MINUTE


@given(st.lists(st.floats(0, 2000), max_size=40), st.integers(0, 40))
def test_excesses_do_not_overlap_last_long_enough_and_do_not_depend_on_what_comes_after(powers, cut):
    found = excesses(minutes(*powers), LIMIT, over_before=False)
    for each, following in pairwise(found):
        assert each.until is not None
        assert each.until <= following.since
    for each in found:
        assert (each.until or NOON + MINUTE * len(powers)) - each.since >= timedelta(seconds=180)
    earlier = excesses(minutes(*powers[:cut]), LIMIT, over_before=False)
    ended = [each for each in earlier if each.until is not None]
    assert ended == list(found)[: len(ended)]


# -- budgets, unusual use, silence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kwh", "share"), [(8.0, None), (8.1, 80), (10.0, 80), (10.1, 100)])
def test_of_a_budget_the_highest_share_that_was_passed_counts(kwh, share):
    found = judge_budget(Span(NOON, NOON + HOUR), round(kwh * 1e6), Budget(kwh=10))
    assert (found.measured.share_percent if found else None) == share


def test_both_steps_of_a_budget_were_told_of():
    steps = steps_passed(Span(NOON, NOON + HOUR), round(10.1 * 1e6), Budget(kwh=10))
    assert [each.measured.share_percent for each in steps] == [80, 100]
    [only] = steps_passed(Span(NOON, NOON + HOUR), round(10.1 * 1e6), Budget(kwh=10, warn_percent=100))
    assert only.measured.share_percent == 100


def test_what_is_over_before_it_may_be_told_is_told_to_nobody():
    rule = Rule(
        kind=AlertKind.POWER_LIMIT, cooldown_s=3600, quiet=QuietHours(time(22), time(6)), condition=LIMIT
    )  # quiet from 19:00 to 03:00 UTC
    first = Finding(NOON, NOON + MINUTE, Measured())
    within_the_pause = Finding(NOON + 30 * MINUTE, NOON + 40 * MINUTE, Measured())
    longer_than_it = Finding(NOON + 50 * MINUTE, NOON + 70 * MINUTE, Measured())
    in_the_night = Finding(NOON + 9 * HOUR, NOON + 10 * HOUR, Measured())
    until_morning = Finding(NOON + 14 * HOUR, None, Measured())
    found = [first, within_the_pause, longer_than_it, in_the_night, until_morning]
    assert those_told(found, rule, BUCHAREST) == [first, longer_than_it, until_morning]
    assert those_told(found, replace(rule, cooldown_s=0, quiet=None), BUCHAREST) == found


def test_the_hours_compared_with_are_at_the_same_local_time_on_both_sides_of_a_change_of_clocks():
    monday = datetime(2026, 4, 6, 5, tzinfo=UTC)  # 08:00 in Bucharest, the second Monday of summer time
    locals_ = [each.astimezone(BUCHAREST) for each in compared_with(monday, BUCHAREST, 4)]
    assert {(each.hour, each.weekday()) for each in locals_} == {(8, 0)}


@given(
    st.lists(st.integers(900_000, 1_100_000), min_size=9, max_size=9),
    st.lists(st.integers(0, 10**9), min_size=4, max_size=4),
)
def test_a_third_of_nonsense_does_not_move_what_is_usual_beyond_what_it_was(sound, nonsense):
    hours = [Hour(energy, 1.0) for energy in [*sound, *nonsense]]
    known = usual(hours, UnusualUse())
    assert known is not None
    assert min(sound) <= known.median <= max(sound)


def test_nothing_is_unusual_while_little_is_known_or_covered():
    assert usual([Hour(1_000_000, 1.0)] * 3, UnusualUse()) is None
    assert usual([Hour(1_000_000, 0.5)] * 8, UnusualUse()) is None


def test_unusual_hours_in_a_row_are_one_time_that_goes_on_until_an_hour_is_as_usual():
    zone = ZoneInfo("UTC")
    starts = [NOON + HOUR * n for n in range(4)]
    energies = [1_000_000, 5_000_000, 6_000_000, 1_000_000]
    hours = {start: Hour(energy, 1.0) for start, energy in zip(starts, energies, strict=True)}
    hours |= {each: Hour(1_000_000, 1.0) for start in starts for each in compared_with(start, zone, 8)}
    [over] = unusual_times(starts, hours, zone, UnusualUse(), NOON + 4 * HOUR)
    assert (over.since, over.until, over.measured.energy) == (NOON + HOUR, NOON + 3 * HOUR, 6_000_000)
    [going_on] = unusual_times(starts[:3], hours, zone, UnusualUse(), NOON + 3 * HOUR)
    assert going_on.until is None


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_nobody_is_silent_beyond_what_has_been_consumed(newest_s, consumed_s):
    newest, until = NOON + timedelta(seconds=newest_s), NOON + timedelta(seconds=consumed_s)
    found = judge_silence(newest, 900, Offline(), Consumed(until, NOON - HOUR))
    assert (found is not None) == (consumed_s - newest_s > 2700 + 60)


def test_after_a_break_there_is_a_grace():
    late = NOON + 5 * HOUR
    assert judge_silence(NOON, 900, Offline(grace_s=600), Consumed(late, late - timedelta(seconds=599))) is None
    assert judge_silence(NOON, 900, Offline(grace_s=600), Consumed(late, late - timedelta(seconds=600))) is not None


# -- when it is told -------------------------------------------------------------------------------------------------


NIGHT = QuietHours(time(22), time(7))


def local(month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BUCHAREST, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (local(6, 1, 21, 59), None),
        (local(6, 1, 22), local(6, 2, 7)),
        (local(6, 2, 6, 59), local(6, 2, 7)),
        (local(6, 2, 7), None),
        (local(10, 25, 3, 30, fold=1), local(10, 25, 7)),  # clocks are put back in that night
    ],
)
def test_quiet_hours_go_over_midnight_by_the_clocks_of_the_device(moment, end):
    assert NIGHT.end_after(moment, BUCHAREST) == end


def test_news_waits_for_the_latest_of_quiet_hours_snooze_and_cool_down():
    rule = Rule(kind=AlertKind.OFFLINE, cooldown_s=7200, quiet=QuietHours(time(11), time(13)), condition=Offline())

    def held(severity=Severity.WARNING, told=None, snoozed=None):
        return held_until(rule, severity, ZoneInfo("UTC"), told_at=told, snoozed_until=snoozed, now=NOON)

    assert held() == NOON + HOUR
    assert held(Severity.CRITICAL) is None
    assert held(told=NOON - MINUTE) == NOON + 2 * HOUR - MINUTE
    assert held(snoozed=NOON + 3 * HOUR) == NOON + 3 * HOUR
    assert held(Severity.CRITICAL, told=NOON - 3 * HOUR) is None
