"""Whatever comes, in whatever order and however often: an excess is raised once, and what is open is true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kilowatch.contracts.events import AlertKind, AlertState
from kilowatch.monitoring.domain.alert import AlertRecord, cleared
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import Judged, reconcile
from kilowatch.monitoring.domain.power_limit import Stretch, excesses
from kilowatch.monitoring.domain.rules import PowerLimit, Rule
from kilowatch.monitoring.domain.visibility import END

START = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMIT = PowerLimit(limit_w=1000, for_s=120, hysteresis_percent=10)
RULE = Rule(kind=AlertKind.POWER_LIMIT, condition=LIMIT)
LOW, BETWEEN, HIGH = 500.0, 950.0, 1500.0
powers = st.sampled_from([LOW, BETWEEN, HIGH])


class AlertOnce(RuleBasedStateMachine):
    """A meter whose minutes arrive now, late, again and corrected; a watcher that judges from where something changed,
    and may do so again; a teller that clears what is over."""

    @initialize()
    def begin(self) -> None:
        self.stored: dict[int, float] = {}
        self.alerts: dict[object, AlertRecord] = {}
        self.minute = 0
        self.held_back: dict[int, float] = {}

    @rule(power=powers, minutes=st.integers(1, 4))
    def readings_come(self, power: float, minutes: int) -> None:
        first = self.minute
        for _ in range(minutes):
            self.stored[self.minute] = power
            self.minute += 1
        self.judge(first)

    @rule(power=powers)
    def a_reading_stays_away(self, power: float) -> None:
        self.held_back[self.minute] = power
        self.minute += 1

    @rule()
    def what_stayed_away_comes_late(self) -> None:
        if self.held_back:
            first = min(self.held_back)
            self.stored |= self.held_back
            self.held_back = {}
            self.judge(first)

    @rule(data=st.data())
    def it_is_judged_again(self, data: st.DataObject) -> None:
        """Redelivered, recomputed, replayed, or by a watcher that did not know that it had been."""
        if self.minute:
            before = dict(self.alerts)
            self.judge(data.draw(st.integers(0, self.minute - 1)))
            assert self.alerts.keys() == before.keys(), "judging again raised something"

    @rule(data=st.data(), power=powers)
    def a_reading_is_corrected(self, data: st.DataObject, power: float) -> None:
        if self.stored:
            minute = data.draw(st.sampled_from(sorted(self.stored)))
            self.stored[minute] = power
            self.judge(minute)

    @rule()
    def somebody_clears_by_hand(self) -> None:
        for alert in [each for each in self.alerts.values() if each.state is not AlertState.CLEARED]:
            self.alerts[alert.id] = cleared(alert, self.now)

    @property
    def now(self) -> datetime:
        return START + MINUTE * self.minute

    def judge(self, first: int) -> None:
        since = START + MINUTE * first - timedelta(seconds=2 * LIMIT.for_s) - MINUTE
        stretches = [
            Stretch(START + MINUTE * n, START + MINUTE * (n + 1), power) for n, power in sorted(self.stored.items())
        ]
        before = any(each.until is None and each.since < since for each in self.alerts.values())
        found = excesses([each for each in stretches if each.end > since], LIMIT, over_before=before)
        known = [
            each for each in self.alerts.values() if each.until is None or each.until >= since or each.since >= since
        ]
        outcome = reconcile(known, Judged(7, RULE, Span(since, END), found), START, self.now)
        for alert in [*outcome.raised, *outcome.changed]:
            self.alerts[alert.id] = alert
        self.tell()

    def tell(self) -> None:
        for alert in list(self.alerts.values()):
            if alert.state is not AlertState.CLEARED and alert.until is not None and alert.until <= self.now:
                self.alerts[alert.id] = replace(cleared(alert, self.now))

    @invariant()
    def one_is_open_at_most(self) -> None:
        going_on = [each for each in self.alerts.values() if each.state is not AlertState.CLEARED]
        assert len(going_on) <= 1

    @invariant()
    def no_two_tell_of_the_same_time(self) -> None:
        told = sorted((each for each in self.alerts.values() if not each.historical), key=lambda each: each.since)
        assert len({each.since for each in told}) == len(told)

    @invariant()
    def what_is_low_now_is_not_open(self) -> None:
        if self.stored.get(self.minute - 1) == LOW:
            assert all(each.state is AlertState.CLEARED for each in self.alerts.values())


TestAlertOnce = AlertOnce.TestCase
TestAlertOnce.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_an_excess_that_was_withdrawn_too_soon_and_went_on_is_not_another_one():
    """Seen by the machine above: from the middle of it, judging again found what seemed to be new."""
    machine = AlertOnce()
    machine.begin()
    machine.readings_come(LOW, 2)
    machine.readings_come(HIGH, 2)
    machine.stored[2] = LOW
    machine.judge(2)
    machine.readings_come(HIGH, 2)
    machine.readings_come(LOW, 4)
    machine.judge(9)
    assert len(machine.alerts) == 1
