"""Domain events: CloudEvents 1.0, one class a payload, past tense.

An event carries the whole published state of its aggregate and the aggregate's version, so that a consumer can
build its projection from any subset that ends with the newest. The routing key on the broker is the type.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kilowatch.contracts.accounts import User
from kilowatch.contracts.chat import (
    ConversationAssigned,
    ConversationHandedOver,
    ConversationReleased,
    ConversationResolved,
    ConversationStarted,
    ConversationUpdated,
    MessagePosted,
)
from kilowatch.contracts.metering import Device


@dataclass(frozen=True, slots=True)
class UserChanged:
    user: User

    @property
    def subject(self) -> str:
        return f"user/{self.user.id}"


@dataclass(frozen=True, slots=True)
class UserCreated(UserChanged):
    type: ClassVar[str] = "user.created"


@dataclass(frozen=True, slots=True)
class UserUpdated(UserChanged):
    type: ClassVar[str] = "user.updated"


@dataclass(frozen=True, slots=True)
class UserDeactivated(UserChanged):
    type: ClassVar[str] = "user.deactivated"


@dataclass(frozen=True, slots=True)
class UserDeleted(UserChanged):
    type: ClassVar[str] = "user.deleted"


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Signed out, expired, revoked or reused: whatever is open in its name is to be closed."""

    session_id: UUID  #: or that of an API key, which its tokens name as their session
    user_id: UUID
    type: ClassVar[str] = "session.ended"

    @property
    def subject(self) -> str:
        return f"session/{self.session_id}"


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    device: Device

    @property
    def subject(self) -> str:
        return f"device/{self.device.id}"


@dataclass(frozen=True, slots=True)
class DeviceRegistered(DeviceChanged):
    type: ClassVar[str] = "device.registered"


@dataclass(frozen=True, slots=True)
class DeviceUpdated(DeviceChanged):
    type: ClassVar[str] = "device.updated"


@dataclass(frozen=True, slots=True)
class DeviceAssigned(DeviceChanged):
    type: ClassVar[str] = "device.assigned"


@dataclass(frozen=True, slots=True)
class DeviceUnassigned(DeviceChanged):
    type: ClassVar[str] = "device.unassigned"


@dataclass(frozen=True, slots=True)
class DeviceDeleted(DeviceChanged):
    type: ClassVar[str] = "device.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a sender of readings authenticates with. The secret itself is known only to the sender."""

    id: UUID
    version: int
    sha256: bytes  #: `contracts.credentials.credential_digest` of the text that the sender keeps
    gateway_id: int | None  #: the gateway that holds it; None: a device holds it
    device_ids: tuple[int, ...]  #: the devices it may send for
    revoked: bool = False
    valid_until: datetime | None = None  #: replaced by another, and not accepted from then on

    @property
    def subject(self) -> str:
        return f"credential/{self.id}"


@dataclass(frozen=True, slots=True)
class CredentialChanged:
    credential: Credential
    type: ClassVar[str] = "credential.changed"

    @property
    def subject(self) -> str:
        return self.credential.subject


class AlertKind(StrEnum):
    """The rule that an alert comes from."""

    HOURLY_LIMIT = "hourly_limit"  #: an hour's energy passed the device's limit
    POWER_LIMIT = "power_limit"  #: power stayed over a limit for some time
    DAILY_BUDGET = "daily_budget"  #: the day's energy passed a share of its budget, or all of it
    MONTHLY_BUDGET = "monthly_budget"
    OFFLINE = "offline"  #: several readings that should have come did not
    UNUSUAL_USE = "unusual_use"  #: an hour far from what the same hour of the same weekday is like


class AlertState(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The published state of an alert. What its kind does not measure is None."""

    id: UUID
    version: int
    kind: AlertKind
    state: AlertState
    severity: Severity = Severity.WARNING
    device_id: int
    device_name: str
    #: Start of what the alert is about: the hour, the day, the silence, the time over the limit.
    since: datetime
    until: datetime | None = None  #: its end; None: it goes on, as far as is known
    raised_at: datetime
    #: In words, in English, for a mail or a notice: which device, since when, how much over, what it costs.
    text: str = ""
    energy_kwh: float | None
    limit_kwh: float | None  #: the limit, the budget, or the end of the usual range that was passed
    usual_kwh: float | None = None  #: unusual use: the median of the hours compared with
    share_percent: int | None = None  #: budgets: the share of the budget that was passed
    power_w: float | None = None
    limit_w: float | None = None
    cost: float | None = None  #: of the energy over the limit (of budgets: of all of it), where a tariff is known
    currency: str | None = None  #: ISO 4217
    #: True: found in late or imported data; nobody is notified.
    historical: bool
    acknowledged_by: UUID | None = None
    snoozed_until: datetime | None = None  #: until then nobody is to be disturbed; then it is raised again if open
    escalated_at: datetime | None = None  #: when administrators were told that nobody has answered
    #: Users who may see the device; administrators see every alert.
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AlertChanged:
    alert: Alert

    @property
    def subject(self) -> str:
        return f"alert/{self.alert.id}"


@dataclass(frozen=True, slots=True)
class AlertRaised(AlertChanged):
    """News: somebody is to be told. It comes at the end of quiet hours that the alert began in, and again for the
    same alert when a snooze ends before the alert does."""

    type: ClassVar[str] = "alert.raised"


@dataclass(frozen=True, slots=True)
class AlertSnoozed(AlertChanged):
    type: ClassVar[str] = "alert.snoozed"


@dataclass(frozen=True, slots=True)
class AlertEscalated(AlertChanged):
    """Nobody has acknowledged it in time: now it is for administrators to do something."""

    type: ClassVar[str] = "alert.escalated"


@dataclass(frozen=True, slots=True)
class AlertAcknowledged(AlertChanged):
    type: ClassVar[str] = "alert.acknowledged"


@dataclass(frozen=True, slots=True)
class AlertCleared(AlertChanged):
    type: ClassVar[str] = "alert.cleared"


Payload = (
    UserCreated
    | UserUpdated
    | UserDeactivated
    | UserDeleted
    | SessionEnded
    | DeviceRegistered
    | DeviceUpdated
    | DeviceAssigned
    | DeviceUnassigned
    | DeviceDeleted
    | CredentialChanged
    | AlertRaised
    | AlertSnoozed
    | AlertEscalated
    | AlertAcknowledged
    | AlertCleared
    | ConversationStarted
    | ConversationHandedOver
    | ConversationAssigned
    | ConversationReleased
    | ConversationResolved
    | ConversationUpdated
    | MessagePosted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A payload with what CloudEvents says about it."""

    id: UUID
    source: str  #: the service that says it
    time: datetime
    payload: Payload
    correlation_id: str = ""
    traceparent: str = ""  #: the span in which it happened, as W3C Trace Context writes it
