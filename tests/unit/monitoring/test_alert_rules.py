"""What rules find, as laws and by example."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.events import AlertKind, Severity
from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.monitoring.domain.bill import SLOT_ENERGY
from kilowatch.monitoring.domain.budgets import judge_budget, steps_passed
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.limits import hours_over
from kilowatch.monitoring.domain.power_limit import Stretch, excesses
from kilowatch.monitoring.domain.rules import Budget, Offline, PowerLimit, QuietHours, Rule, UnusualUse, held_until
from kilowatch.monitoring.domain.silence import Consumed, judge_silence, silent_at
from kilowatch.monitoring.domain.trial import Sighting, tellings
from kilowatch.monitoring.domain.unusual import Hour, Past, compared_with, unusual_times, usual
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Rows

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


def slots_of(*kwh: float) -> Rows:
    rows = np.zeros(len(kwh), SLOT_ENERGY)
    rows["slot"] = NOON.timestamp() // 900 + np.arange(len(kwh))
    rows["energy"] = [round(each * MWH_PER_KWH) for each in kwh]
    return rows


def test_each_step_of_a_budget_lasts_from_the_slot_that_passes_it_until_the_next_one_is_passed():
    day = Span(NOON, NOON + HOUR)
    warning, over = steps_passed([day], slots_of(4, 4.1, 1, 1), Budget(kwh=10))
    assert (warning.finding.measured.share_percent, over.finding.measured.share_percent) == (80, 100)
    assert (warning.seen, warning.over) == (NOON + 30 * MINUTE, over.seen)
    assert (over.seen, over.over) == (NOON + HOUR, day.end)
    assert (warning.finding.measured.energy, over.finding.measured.energy) == (9_100_000, 10_100_000)
    [only] = steps_passed([day], slots_of(4, 7), Budget(kwh=10))
    assert only.finding.measured.share_percent == 100


def test_an_hour_over_its_limit_is_seen_in_the_slot_that_passes_it_and_open_until_the_next_one_is_or_for_two_hours():
    hours = [Span(NOON + HOUR * n, NOON + HOUR * (n + 1)) for n in range(5)]
    slots = slots_of(*[0.3, 0.3, 0.3, 0.3], *[1.1, 0, 0, 0], *[0] * 8, *[0, 2, 0, 0])
    found = hours_over(hours, slots, MWH_PER_KWH)
    assert [(each.finding.since - NOON, each.seen - NOON) for each in found] == [
        (0 * HOUR, HOUR),
        (HOUR, HOUR + 15 * MINUTE),
        (4 * HOUR, 4 * HOUR + 30 * MINUTE),
    ]
    assert [each.over for each in found] == [NOON + HOUR + 15 * MINUTE, NOON + 3 * HOUR, NOON + 6 * HOUR]


def test_a_silence_is_offline_by_the_intervals_that_it_has_meanwhile():
    slow = MeterConfiguration(valid_from=NOON - HOUR, kind=MeterKind.POWER, interval_s=900)
    quick = MeterConfiguration(valid_from=NOON + 30 * MINUTE, kind=MeterKind.POWER, interval_s=60)
    assert silent_at(NOON, [slow], Offline(missed=4)) == NOON + 61 * MINUTE
    assert silent_at(NOON, [slow, quick], Offline(missed=4)) == NOON + 33 * MINUTE
    assert silent_at(NOON, [slow, quick], Offline(missed=1)) == NOON + 16 * MINUTE


def test_what_is_over_before_it_may_be_told_is_told_to_nobody():
    rule = Rule(
        kind=AlertKind.POWER_LIMIT, cooldown_s=3600, quiet=QuietHours(time(22), time(6)), condition=LIMIT
    )  # quiet from 19:00 to 03:00 UTC

    def sighting(seen: timedelta, over: timedelta | None) -> Sighting:
        since = NOON + seen - MINUTE
        return Sighting(Finding(since, None, Measured()), NOON + seen, over if over is None else NOON + over)

    first = sighting(MINUTE, 2 * MINUTE)
    within_the_pause = sighting(30 * MINUTE, 40 * MINUTE)
    longer_than_it = sighting(50 * MINUTE, 70 * MINUTE)
    in_the_night = sighting(9 * HOUR, 10 * HOUR)
    until_morning = sighting(14 * HOUR, None)
    found = [first, within_the_pause, longer_than_it, in_the_night, until_morning]
    told = tellings(found, rule, BUCHAREST, NOON + 20 * HOUR)
    assert [(each.finding, each.told_at - NOON) for each in told] == [
        (first.finding, MINUTE),
        (longer_than_it.finding, HOUR + MINUTE),
        (until_morning.finding, 15 * HOUR),
    ]
    assert len(tellings(found, rule, BUCHAREST, NOON + 14 * HOUR)) == 2
    at_once = tellings(found, replace(rule, cooldown_s=0, quiet=None), BUCHAREST, NOON + 20 * HOUR)
    assert [each.told_at for each in at_once] == [each.seen for each in found]


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
    [over] = unusual_times(starts, Past(hours, zone), UnusualUse(), NOON + 4 * HOUR)
    assert (over.since, over.until, over.measured.energy) == (NOON + HOUR, NOON + 3 * HOUR, 6_000_000)
    [going_on] = unusual_times(starts[:3], Past(hours, zone), UnusualUse(), NOON + 3 * HOUR)
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
