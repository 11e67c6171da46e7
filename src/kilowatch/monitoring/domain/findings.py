"""What a rule finds in the data, and what that changes in the alerts that are there.

A finding is a time: the day over its budget, the minutes over a limit, the silence. Data that come late, again or
otherwise find the same time again, perhaps a little longer or shorter. So a finding that overlaps the time of an alert
of the same device and rule is that alert, however often and by whichever way it is found, and is never raised twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from kilowatch.contracts.events import AlertState
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.limits import NEWS_FOR
from kilowatch.monitoring.domain.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How much; what a rule does not measure is None. Energy in mWh."""

    energy: int | None = None
    threshold: int | None = None
    usual: int | None = None
    share_percent: int | None = None
    power_w: float | None = None
    limit_w: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    since: datetime
    until: datetime | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class Outcome:
    raised: Sequence[AlertRecord]
    changed: Sequence[AlertRecord]  #: with another end, or other amounts; an end that has passed clears it


def reconcile(
    known: Iterable[AlertRecord], found: Sequence[Finding], judged: Span, device_id: int, rule: Rule, now: datetime
) -> Outcome:
    """`known`: the alerts of the device and rule in or after `judged`, and those without an end yet. `found`: in order;
    what begins in `judged` and is not found there is not true any more."""
    raised: list[AlertRecord] = []
    before = {alert.id: alert for alert in known}
    after: dict[UUID, AlertRecord] = {}
    open_from = max((alert.since for alert in before.values() if alert.until is None), default=None)
    latest = max([finding.since for finding in found] + ([open_from] if open_from else []), default=now)
    for finding in found:
        same = [alert for alert in before.values() if _is_same(alert, finding)]
        after |= {alert.id: _brought_up_to_date(alert, finding) for alert in same}
        if not same:
            raised.append(as_alert(finding, device_id, rule, now, is_latest=finding.since == latest))
    for alert in before.values():
        if alert.id not in after and judged.start <= alert.since < judged.end:
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
    """One that was cleared stays as it was told, but learns its end: what comes after that is another alert."""
    if alert.state is AlertState.CLEARED:
        return alert if alert.until is not None else replace(alert, until=finding.until)
    return replace(alert, until=finding.until, **asdict(finding.measured))


def _withdrawn(alert: AlertRecord, now: datetime) -> AlertRecord:
    """The data no longer say so. Its time stays: found in it again, it is the same alert."""
    over = alert.until is not None and (alert.until <= now or alert.state is AlertState.CLEARED)
    return alert if over else replace(alert, until=min(alert.until or now, now))


def as_alert(finding: Finding, device_id: int, rule: Rule, now: datetime, *, is_latest: bool) -> AlertRecord:
    """What was over long ago, or has been followed by more since, is for the record: nobody is told."""
    historical = finding.until is not None and (finding.until < now - NEWS_FOR or not is_latest)
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
