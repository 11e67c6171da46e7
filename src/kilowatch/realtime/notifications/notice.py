"""What there is to tell of an alert, in facts: words are found when it is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kilowatch.contracts.events import Alert, AlertKind, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    type: str  #: of the event
    alert_id: UUID
    kind: AlertKind
    severity: Severity
    device_id: int
    device_name: str
    since: datetime
    text: str  #: in English, as the alert tells itself
    energy_kwh: float | None
    limit_kwh: float | None
    power_w: float | None
    limit_w: float | None
    until: datetime | None = None
    usual_kwh: float | None = None
    share_percent: int | None = None
    cost: float | None = None
    currency: str | None = None

    @property
    def escalated(self) -> bool:
        return self.type == "alert.escalated"


def notice_of(event_type: str, alert: Alert) -> Notice:
    return Notice(
        type=event_type,
        alert_id=alert.id,
        kind=alert.kind,
        severity=alert.severity,
        device_id=alert.device_id,
        device_name=alert.device_name,
        since=alert.since,
        until=alert.until,
        text=alert.text,
        energy_kwh=alert.energy_kwh,
        limit_kwh=alert.limit_kwh,
        power_w=alert.power_w,
        limit_w=alert.limit_w,
        usual_kwh=alert.usual_kwh,
        share_percent=alert.share_percent,
        cost=alert.cost,
        currency=alert.currency,
    )
