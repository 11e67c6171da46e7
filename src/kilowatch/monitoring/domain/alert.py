"""The life of an alert: raised, acknowledged, cleared. It never goes back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kilowatch.contracts.events import AlertKind, AlertState, Severity
from kilowatch.kit.errors import Conflict, Invalid
from kilowatch.monitoring.domain.usage import MWH_PER_KWH

LONGEST_SNOOZE: Final = timedelta(days=30)
_ALREADY: Final = {
    AlertState.ACKNOWLEDGED: "The alert is acknowledged already.",
    AlertState.CLEARED: "The alert is cleared already.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert as it is kept. Energy in mWh. What its kind does not measure is None."""

    id: UUID
    version: int
    kind: AlertKind
    state: AlertState
    severity: Severity = Severity.WARNING
    device_id: int
    since: datetime
    until: datetime | None = None  #: end of what it is about; it is cleared once that has passed
    raised_at: datetime
    energy: int | None = None
    threshold: int | None = None
    usual: int | None = None
    share_percent: int | None = None
    power_w: float | None = None
    limit_w: float | None = None
    compared_from: datetime | None = None  #: it tells of what was used from then on; None: from `since`
    cost: float | None = None
    currency: str | None = None
    historical: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = None
    note: str = ""
    snoozed_until: datetime | None = None
    told_at: datetime | None = None  #: when its event first went out; None: nobody has heard of it
    announce_at: datetime | None = None  #: there is news of it to tell, then
    escalate_at: datetime | None = None
    escalated_at: datetime | None = None
    cleared_at: datetime | None = None
    correlation_id: str = ""  #: of the request or reading that has shown it; its own where time has


def acknowledged(alert: AlertRecord, by: UUID, note: str, at: datetime) -> AlertRecord:
    """Somebody has seen it and says what about it. Raises `Conflict` when that has been done before."""
    if alert.state is not AlertState.RAISED:
        raise Conflict(_ALREADY[alert.state])
    return replace(
        alert,
        version=alert.version + 1,
        state=AlertState.ACKNOWLEDGED,
        acknowledged_at=at,
        acknowledged_by=by,
        note=note,
        announce_at=None,
        escalate_at=None,
        snoozed_until=None,
    )


def snoozed(alert: AlertRecord, until: datetime, at: datetime) -> AlertRecord:
    """Not now: it is told again at `until`, unless it is over by then. Raises `Conflict`, `Invalid`."""
    if alert.state is not AlertState.RAISED:
        raise Conflict(_ALREADY[alert.state])
    if not at < until <= at + LONGEST_SNOOZE:
        raise Invalid(f"An alert can be snoozed for up to {LONGEST_SNOOZE.days} days.")
    remaining = alert.escalate_at - at if alert.escalate_at else None
    return replace(
        alert,
        version=alert.version + 1,
        snoozed_until=until,
        announce_at=until,
        escalate_at=None if remaining is None else until + max(remaining, timedelta(0)),
    )


def cleared(alert: AlertRecord, at: datetime) -> AlertRecord:
    """It is over. Raises `Conflict` when it was before."""
    if alert.state is AlertState.CLEARED:
        raise Conflict(_ALREADY[alert.state])
    return replace(
        alert,
        version=alert.version + 1,
        state=AlertState.CLEARED,
        cleared_at=at,
        announce_at=None,
        escalate_at=None,
        snoozed_until=None,
    )


def escalated(alert: AlertRecord, at: datetime) -> AlertRecord:
    return replace(alert, version=alert.version + 1, escalated_at=at, escalate_at=None)


def told(alert: AlertRecord, escalate_after_s: int | None, at: datetime) -> AlertRecord:
    """Its event goes out; a second one after a snooze is another version."""
    again = alert.told_at is not None
    first_limit = None if escalate_after_s is None else at + timedelta(seconds=escalate_after_s)
    return replace(
        alert,
        version=alert.version + again,
        told_at=alert.told_at or at,
        announce_at=None,
        snoozed_until=None,
        escalate_at=alert.escalate_at if again else first_limit,
    )


def require_seen(alert: AlertRecord, seen_version: int | None) -> None:
    """Raises `Conflict` when somebody has changed the alert since version `seen_version` was looked at."""
    if seen_version not in {None, alert.version}:
        raise Conflict("Somebody has changed this alert meanwhile; look again.")


def kwh(energy: int | None) -> float | None:
    return None if energy is None else energy / MWH_PER_KWH
