"""Judging rules by what is stored: budgets, power, unusual use. Limits by the hour are judged where readings are
written (`monitoring.ledger.alerts`), silence in `monitoring.handlers.silence`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.kit.instants import microseconds, moment
from kilowatch.kit.telemetry import new_correlation_id
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.budgets import judge_budget
from kilowatch.monitoring.domain.calendar import Period, Span, period_start, periods
from kilowatch.monitoring.domain.configuration import BEGINNING
from kilowatch.monitoring.domain.findings import Finding, Judged, reconcile
from kilowatch.monitoring.domain.power_limit import Stretch, excesses
from kilowatch.monitoring.domain.rules import JUDGED_BY_USAGE, Budget, PowerLimit, UnusualUse
from kilowatch.monitoring.domain.unusual import HOUR, Past, compared_with, over_usual, unusual_times
from kilowatch.monitoring.domain.usage import W_US_PER_MWH, Rows, segments
from kilowatch.monitoring.domain.visibility import END, known_from
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.store.rules import Rules
from kilowatch.monitoring.store.watching import Touch, WatchStore

#: What changes further back, by an import or a correction, is for the preview to show; nobody is told of it.
LOOK_BACK: Final = timedelta(days=2)
PERIODS: Final = {AlertKind.DAILY_BUDGET: Period.DAY, AlertKind.MONTHLY_BUDGET: Period.MONTH}
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """A device whose usage has changed from a moment on, with its rules and what is known already."""

    device: Device
    rules: Rules
    changed: datetime
    known: Sequence[AlertRecord]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.device.time_zone)

    def going_on(self, kind: AlertKind) -> Sequence[AlertRecord]:
        return [alert for alert in self.known if alert.kind is kind and alert.until is None]


async def judge_usage(
    store: WatchStore, rules: Mapping[int, Rules], touched: Mapping[int, Touch], now: datetime
) -> bool:
    """Raise and end alerts of devices whose usage has changed. Whether there is news."""
    subjects = await _subjects(store, rules, touched, now)
    judged = [
        *_switched_off(subjects, now),
        *await _judge_budgets(store, subjects, now),
        *await _judge_power(store, subjects),
        *await _judge_use(store, subjects),
    ]
    return await settle(store, judged, [alert for subject in subjects for alert in subject.known], now, touched)


#: No reading has shown it.
_BY_TIME: Final = Touch(BEGINNING, BEGINNING, "")


async def settle(
    store: WatchStore,
    judged: Iterable[Judged],
    known: Sequence[AlertRecord],
    now: datetime,
    touched: Mapping[int, Touch] = MappingProxyType({}),
) -> bool:
    """Let the alerts be what was found. Whether there is news. `touched`: by device, what has shown it."""
    by_rule: dict[tuple[int, AlertKind], list[AlertRecord]] = {}
    for alert in known:
        by_rule.setdefault((alert.device_id, alert.kind), []).append(alert)
    news = False
    for each in judged:
        mine = by_rule.get((each.device_id, each.rule.kind), [])
        touch = touched.get(each.device_id, _BY_TIME)
        outcome = reconcile(mine, each, touch.live_since, now)
        request = touch.correlation_id or new_correlation_id()
        raised = [replace(alert, correlation_id=request) for alert in outcome.raised]
        await store.save(raised, outcome.changed)
        news = news or bool(outcome.raised or outcome.changed)
    return news


async def _subjects(
    store: WatchStore, rules: Mapping[int, Rules], touched: Mapping[int, Touch], now: datetime
) -> Sequence[Subject]:
    devices = await store.devices(touched)
    changed = {device_id: max(touched[device_id].since, now - LOOK_BACK) for device_id in devices}
    # As far back as the longest period that any of them may begin in.
    earliest = min(changed.values(), default=now) - timedelta(days=33)
    known: dict[int, list[AlertRecord]] = {device_id: [] for device_id in devices}
    for alert in await store.known_alerts(devices, JUDGED_BY_USAGE, earliest):
        known[alert.device_id].append(alert)
    return [
        Subject(device, rules[device_id], changed[device_id], known[device_id]) for device_id, device in devices.items()
    ]


def _switched_off(subjects: Sequence[Subject], now: datetime) -> Iterable[Judged]:
    """What is still open of a rule that is on no more."""
    for subject in subjects:
        for kind in {alert.kind for alert in subject.known}:
            rule = subject.rules[kind]
            if not rule.enabled:
                yield Judged(subject.device.id, rule, Span(now - timedelta(days=400), END), [])


async def _judge_budgets(store: WatchStore, subjects: Sequence[Subject], now: datetime) -> Sequence[Judged]:
    wanted = [
        (
            subject,
            rule,
            rule.condition,
            list(periods(Span(subject.changed, now + INSTANT), PERIODS[kind], subject.zone)),
        )
        for subject in subjects
        for kind, rule in subject.rules.items()
        if rule.enabled and isinstance(rule.condition, Budget)
    ]
    spans = [(subject.device.id, period) for subject, _, _, some in wanted for period in some]
    energies = iter(await store.energies(spans) if spans else ())
    judged = []
    for subject, rule, budget, some in wanted:
        found = [judge_budget(period, next(energies), budget) for period in some]
        whole = Span(some[0].start, some[-1].end)
        judged.append(Judged(subject.device.id, rule, whole, [each for each in found if each]))
    return judged


async def _judge_power(store: WatchStore, subjects: Sequence[Subject]) -> Sequence[Judged]:
    wanted = [
        (subject, rule, rule.condition, _power_from(subject, rule.condition))
        for subject in subjects
        if (rule := subject.rules[AlertKind.POWER_LIMIT]).enabled and isinstance(rule.condition, PowerLimit)
    ]
    if not wanted:
        return ()
    rows = await store.readings({subject.device.id: since for subject, _, _, since in wanted})
    rows = Fleet.of([subject.device for subject, *_ in wanted]).configure(rows)
    judged = []
    for subject, rule, limit, since in wanted:
        own = stretches_of(rows[rows["device"] == subject.device.id], since)
        before = any(alert.since < since for alert in subject.going_on(AlertKind.POWER_LIMIT))
        judged.append(Judged(subject.device.id, rule, Span(since, END), excesses(own, limit, over_before=before)))
    return judged


def stretches_of(rows: Rows, since: datetime) -> Sequence[Stretch]:
    """Of configured OBSERVATION rows of one device, what ends after `since`."""
    found = segments(rows)
    found = found[(found["end"] > found["start"]) & (found["end"] > microseconds(since))]
    return [
        Stretch(moment(start), moment(end), energy * W_US_PER_MWH / (end - start))
        for start, end, energy in found[["start", "end", "energy"]].tolist()
    ]


def _power_from(subject: Subject, limit: PowerLimit) -> datetime:
    """Far enough back to see that the power has been over the limit for long enough."""
    interval = max(each.interval_s for each in subject.device.configurations)
    return subject.changed - timedelta(seconds=2 * limit.for_s + interval)


async def _judge_use(store: WatchStore, subjects: Sequence[Subject]) -> Sequence[Judged]:
    wanted = [
        (subject, rule, rule.condition)
        for subject in subjects
        if (rule := subject.rules[AlertKind.UNUSUAL_USE]).enabled and isinstance(rule.condition, UnusualUse)
    ]
    newest = await store.newest([subject.device.id for subject, _, _ in wanted]) if wanted else {}
    asked = [(each, _hours_from(each[0]), newest[each[0].device.id]) for each in wanted if each[0].device.id in newest]
    judged = []
    for (subject, rule, condition), since, last in asked:
        found = await _unusual_since(store, subject.device, condition, Span(since, last))
        judged.append(Judged(subject.device.id, rule, Span(since, END), found))
    return judged


def _hours_from(subject: Subject) -> datetime:
    """With the hour before, which what is found may go on from, and all of what is going on."""
    moments = [subject.changed - HOUR, *(alert.since for alert in subject.going_on(AlertKind.UNUSUAL_USE))]
    return period_start(min(moments), Period.HOUR, subject.zone)


async def _unusual_since(store: WatchStore, device: Device, condition: UnusualUse, span: Span) -> Sequence[Finding]:
    """Unusual hours of a device from the first to the newest reading of `span`."""
    zone = ZoneInfo(device.time_zone)
    starts = [hour.start for hour in periods(span, Period.HOUR, zone)]
    past = await past_beside(store, device, condition, starts)
    return unusual_times(starts, past, condition, span.end)


async def energy_over_usual(
    store: WatchStore, device: Device, condition: UnusualUse, since: datetime, until: datetime | None
) -> Mapping[datetime, int]:
    """By hour, what is over the usual (mWh) in a time that was found to be unusual. `until` None: it goes on."""
    zone = ZoneInfo(device.time_zone)
    end = until or (await store.newest([device.id])).get(device.id, since)
    starts = [hour.start for hour in periods(Span(since, end), Period.HOUR, zone)]
    return over_usual(starts, await past_beside(store, device, condition, starts), condition)


async def past_beside(
    store: WatchStore,
    device: Device,
    condition: UnusualUse,
    starts: Sequence[datetime],
    visible_from: datetime = BEGINNING,
) -> Past:
    """These hours and those that they are compared with, as far as anything is stored of them from
    `visible_from` on."""
    zone = ZoneInfo(device.time_zone)
    needed = {start for hour in starts for start in (hour, *compared_with(hour, zone, condition.weeks))}
    wanted = sorted(start for start in needed if start >= visible_from)
    stored = await store.hours([(device.id, Span(start, start + HOUR)) for start in wanted])
    hours = {start: hour for start, hour in zip(wanted, stored, strict=True) if hour is not None}
    return Past(hours, zone, partial(known_from, device.assignments))
