"""What there is to tell, in facts: words are found when it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from kilowatch.contracts.events import Alert, AlertKind, Severity


class Kind(StrEnum):
    """What somebody may be told of: alerts of every kind, and what support has for administrators."""

    HOURLY_LIMIT = AlertKind.HOURLY_LIMIT
    POWER_LIMIT = AlertKind.POWER_LIMIT
    DAILY_BUDGET = AlertKind.DAILY_BUDGET
    MONTHLY_BUDGET = AlertKind.MONTHLY_BUDGET
    OFFLINE = AlertKind.OFFLINE
    UNUSUAL_USE = AlertKind.UNUSUAL_USE
    CONVERSATION_WAITING = "conversation_waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNotice:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationNotice:
    """A client waits for a person. Neither who nor what was written: that is for whoever opens it."""

    type: str  #: of the event
    conversation_id: UUID
    since: datetime
    kind: Kind = Kind.CONVERSATION_WAITING
    severity: Severity = Severity.WARNING


Notice: TypeAlias = AlertNotice | ConversationNotice


def notice_from(stored: Mapping[str, Any]) -> Notice:
    if "conversation_id" in stored:
        return msgspec.convert(stored, ConversationNotice)
    return msgspec.convert(stored, AlertNotice)


def notice_of(event_type: str, alert: Alert) -> AlertNotice:
    return AlertNotice(
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
