"""What a rule finds in the data, and what that changes in the alerts that are there.

A finding is a time: the day over its budget, the minutes over a limit, the silence. Data that come late, again or
otherwise find the same time again, perhaps a little longer or shorter. So a finding that overlaps the time of an alert
of the same device and rule is that alert, however often and by whichever way it is found, and is never raised twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from kilowatch.contracts.events import AlertState
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.rules import Rule

#: What ended longer ago than this is history: noted, and nobody is woken for it.
NEWS_FOR: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How much; what a rule does not measure is None. Energy in mWh."""

    energy: int | None = None
    threshold: int | None = None
    usual: int | None = None
    share_percent: int | None = None
    power_w: float | None = None
    limit_w: float | None = None
    compared_from: datetime | None = None  #: the earliest use that it was measured by, where that is before its time


@dataclass(frozen=True, slots=True)
class Finding:
    since: datetime
    until: datetime | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class Judged:
    """All that a rule finds of a device in a time, in order."""

    device_id: int
    rule: Rule
    span: Span
    found: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Outcome:
    raised: Sequence[AlertRecord]
    changed: Sequence[AlertRecord]  #: with another end, or other amounts; an end that has passed clears it


def reconcile(known: Iterable[AlertRecord], judged: Judged, live_since: datetime | None, now: datetime) -> Outcome:
    """`known`: the alerts of the device and rule in or after the span of `judged`, and those without an end yet. What
    begins in the span and is not found there is not true any more.

    `live_since`: from when on live readings have changed usage; None: nothing but an import has. What an import alone
    shows tells nobody, and what goes on is left to the live readings that will show it too.
    """
    raised: list[AlertRecord] = []
    before = {alert.id: alert for alert in known}
    after: dict[UUID, AlertRecord] = {}
    open_from = max((alert.since for alert in before.values() if alert.until is None), default=None)
    latest = max([finding.since for finding in judged.found] + ([open_from] if open_from else []), default=now)
    for finding in judged.found:
        same = [alert for alert in before.values() if _is_same(alert, finding)]
        after |= {alert.id: _brought_up_to_date(alert, finding) for alert in same}
        goes_on = finding.until is None or finding.until > now
        if not same and not (goes_on and live_since is None):
            historical = _is_history(finding, latest, live_since, now)
            raised.append(as_alert(finding, judged.device_id, judged.rule, now, historical=historical))
    for alert in before.values():
        if alert.id not in after and judged.span.start <= alert.since < judged.span.end:
            after[alert.id] = _withdrawn(alert, now)
    return Outcome(raised, [alert for alert in after.values() if alert != before[alert.id]])


def _is_same(alert: AlertRecord, finding: Finding) -> bool:
    if alert.share_percent != finding.measured.share_percent:
        return False
    if alert.since == finding.since:
        return True
    begins_before_it_ends = finding.until is None or alert.since < finding.until
    return begins_before_it_ends and (alert.until is None or finding.since < alert.until)


def _brought_up_to_date(alert: AlertRecord, finding: Finding) -> AlertRecord:
    """One that was cleared stays as it was told, but learns how long it lasts: what comes after that is another."""
    if alert.state is AlertState.CLEARED:
        return replace(alert, until=_later(alert.until, finding.until) if alert.until else finding.until)
    return replace(alert, until=finding.until, **asdict(finding.measured))


def _later(one: datetime, other: datetime | None) -> datetime | None:
    return other and max(one, other)


def _withdrawn(alert: AlertRecord, now: datetime) -> AlertRecord:
    """The data no longer say so. Its time stays: found in it again, it is the same alert."""
    over = alert.until is not None and (alert.until <= now or alert.state is AlertState.CLEARED)
    return alert if over else replace(alert, until=min(alert.until or now, now))


def _is_history(finding: Finding, latest: datetime, live_since: datetime | None, now: datetime) -> bool:
    """It was over long ago, or before live readings had anything to do with it, or more has followed since."""
    if finding.until is None:
        return False
    return finding.since != latest or live_since is None or finding.until <= max(live_since, now - NEWS_FOR)


def as_alert(finding: Finding, device_id: int, rule: Rule, now: datetime, *, historical: bool) -> AlertRecord:
    """What is historical is for the record: nobody is told."""
    return AlertRecord(
        id=uuid4(),
        version=1,
        kind=rule.kind,
        state=AlertState.CLEARED if historical else AlertState.RAISED,
        severity=rule.severity,
        device_id=device_id,
        since=finding.since,
        until=finding.until,
        raised_at=now,
        historical=historical,
        announce_at=None if historical else now,
        cleared_at=now if historical else None,
        **asdict(finding.measured),
    )
